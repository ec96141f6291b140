# %% [markdown]
# # Coroutines
#
# **Goal:** say what happens when you call a coroutine function, who runs its code, and what `await` does.
#
# **Section:** Coroutines; Awaitables: Coroutines
#
# **Hint:** a coroutine is a body that can stand still. Always ask: who runs it on?
#
# **After:** loop

# %% [markdown]
# ## hello, one second, world
#
# This is the first example of the chapter. `async def` makes `main` a **coroutine function**. Its body may
# use `await`: "run this to its end, and let me stand still here until then".
#
# `asyncio.run(main())` runs the body, from its first line to its last.
#
# The clock of a lesson is virtual: nobody waits. When there is nothing left to do but wait, the clock jumps.
#
# **Chapter:** import asyncio; async def main(): print('hello')

# %% [markdown]
# **Predict:** how much time passes, on the lesson's clock, while this cell runs?
#
# - 0s
# - 1s
# - 2s
#
# **Asks:** the time that the cell takes

# %% hello and world
import asyncio

async def main():
    print('hello')
    await asyncio.sleep(1)
    print('world')

asyncio.run(main())

# prints:
# hello
# world
# holds:
# - the cell took 1s
# - the cell made 1 task
# - main waited for sleep(1)
# - main was woken by sleep(1)
# - main took 2 steps

# %% [markdown]
# **Observe:** step back to the line with `await`. `main` was *suspended* there, and a timer was set. One second
# later the timer fired and woke it. So `main` ran in two **steps**: one before the `await`, one after it.

# %% [markdown]
# ## Calling it runs nothing
#
# A call of an ordinary function runs its body. What about a coroutine function?
#
# **Chapter:** main()
#
# **Notes:** most beginners' mistakes are this one. Ask who has seen the warning before.

# %% [markdown]
# **Predict:** `main` is the one from above, whose first line prints hello. What does the cell print first?
#
# - hello
# - <coroutine object main at 0x...>
# - RuntimeWarning: coroutine 'main' was never awaited
#
# **Asks:** line 1 of the output

# %% only called
main()

# prints:
# <coroutine object main at 0x...>
# RuntimeWarning: coroutine 'main' was never awaited
# holds:
# - the cell made no task

# %% [markdown]
# **Observe:** not a single line of `main` has run. The call made a **coroutine object**, which holds the body, ready
# to start. We dropped it, and Python warns: this one will never run.
#
# Mind the two meanings of the word. *Coroutine* can be the **coroutine function** (the `async def`), or the
# **coroutine object** that a call of it returns.
#
# **Chapter:** In this documentation the term “coroutine” can be used for two closely related concepts

# %% [markdown]
# ## Who runs it, then?
#
# Whoever calls its method `send`, as the loop of the last lesson did. No loop is needed, and no `asyncio`: here we do it by
# hand. The first `send` must be given `None`, since nobody listens yet.

# %% [markdown]
# **Predict:** which line is printed first?
#
# - called
# - computing
#
# **Asks:** line 1 of the output

# %% driven by hand
async def answer():
    print('computing')
    return 42

coro = answer()
print('called')
try:
    coro.send(None)
except StopIteration as stop:
    print('it returned', stop.value)

# prints:
# called
# computing
# it returned 42

# %% [markdown]
# **Observe:** `send(None)` ran the whole body, for nothing in it had to wait. A coroutine says "I am done" by raising
# `StopIteration`, and what it returned travels inside.
#
# A coroutine object runs **once**. There is no way to start it again.

# %% a second time
coro.send(None)

# raises: RuntimeError: cannot reuse already awaited coroutine

# %% [markdown]
# ## Standing still
#
# To wait, a coroutine must hand control back to whoever drives it. It cannot do that alone: at the bottom of every
# `await` there is an object whose `__await__` does a plain `yield`. What is yielded comes out of `send`.
#
# Here is `Pause` from the last lesson again, with something to say. The ones you will meet are futures, tasks and sleeps.

# %% [markdown]
# **Predict:** type the line that is printed right after `hello`.
#
# **Asks:** line 2 of the output

# %% one pause
class Pause:
    def __await__(self):
        yield 'a pause, please'

async def greet():
    print('hello')
    await Pause()
    print('world')

coro = greet()
request = coro.send(None)
print('it wants', request)
print('we can do other things now')
try:
    coro.send(None)
except StopIteration:
    print('it is done')

# prints:
# hello
# it wants a pause, please
# we can do other things now
# world
# it is done

# %% [markdown]
# **Observe:** between the two calls of `send`, `greet` stood still inside its body, with all its variables, and *our*
# code ran. That is the whole trick. An **event loop** is a program that calls `send(None)` on many coroutines in
# turn, and looks at what each of them wants before it goes on.

# %% [markdown]
# ## A chain of awaits
#
# A coroutine may await another one. What happens when the inner one wants to pause?

# %% [markdown]
# **Order:** we call `send(None)` twice. Who gets the request for the pause: `outer`, or the code that called `send`? Put the
# lines in the order in which they come.
#
# - inner goes on
# - outer starts
# - outer got 42
# - we got a pause, please
# - inner starts

# %% inner and outer
async def inner():
    print('inner starts')
    await Pause()
    print('inner goes on')
    return 42

async def outer():
    print('outer starts')
    value = await inner()
    print('outer got', value)

coro = outer()
print('we got', coro.send(None))
try:
    coro.send(None)
except StopIteration:
    print('outer is done')

# prints:
# outer starts
# inner starts
# we got a pause, please
# inner goes on
# outer got 42
# outer is done
# holds:
# - the cell made no task

# %% [markdown]
# **Observe:** the request went *through* `outer` and came out at the very top, and the second `send` went all the way down
# again, to the `yield` in `Pause`. `await inner()` is like a call that can be paused in the middle: the two are
# one chain, and only its lowest end ever waits.
#
# **Notes:** draw the chain from `send` down to the `yield`, and let somebody trace the second `send` with a finger.

# %% [markdown]
# ## Awaiting one after the other
#
# Back to asyncio: here is the chapter's next example. `asyncio.run` drives `main`, and `main` awaits two
# coroutines.
#
# **Chapter:** import asyncio; import time; async def say_after(delay, what):

# %% [markdown]
# **Predict:** it says "started at 17:13:52". How long does the cell take?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% say after clock="17:13:52"
import asyncio
import time

async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)

async def main():
    print(f"started at {time.strftime('%X')}")

    await say_after(1, 'hello')
    await say_after(2, 'world')

    print(f"finished at {time.strftime('%X')}")

asyncio.run(main())

# prints:
# started at 17:13:52
# hello
# world
# finished at 17:13:55
# holds:
# - the cell took 3s
# - the cell made 1 task
# - main waited for sleep(1)
# - main waited for sleep(2)
# - main took 3 steps

# %% [markdown]
# **Observe:** there is one task only, `main`, and both sleeps are *its* sleeps. `await say_after(1, 'hello')` is a chain as
# above: the second call is not even made before the first has returned. One second, and then another two: `await` alone makes
# nothing concurrent. For that you need tasks, which get a lesson of their own.
#
# **Notes:** "async is faster" is the misconception to catch here: nothing was faster.

# %% [markdown]
# ## Awaiting a coroutine
#
# One more example of the chapter: the same coroutine function, called and forgotten, then called and awaited.
#
# **Chapter:** import asyncio; async def nested(): return 42; async def main(): # Nothing happens

# %% [markdown]
# **Predict:** `nested` is called twice here. How many lines are printed, warnings included?
#
# - 0
# - 1
# - 2
#
# **Asks:** the number of lines printed

# %% called and awaited
import asyncio

async def nested():
    return 42

async def main():
    # Nothing happens if we just call "nested()".
    # A coroutine object is created but not awaited,
    # so it *won't run at all*.
    nested()

    # Let's do it differently now and await it:
    print(await nested())  # will print "42".

asyncio.run(main())

# prints:
# RuntimeWarning: coroutine 'nested' was never awaited
# 42
# holds:
# - main never waited
# - main ended after 0s

# %% [markdown]
# **Observe:** `await nested()` did not suspend `main` at all: `main` took one step. An `await` *may* stand still; it does so
# only when something at the end of the chain has to wait.

# %% [markdown]
# **Try:** call `coro = main()` and then `coro.send(None)` by hand, with the `main` of "say after". What comes out of `send`,
# and why does asyncio complain? Then drive `greet()` from above with a `while` loop of your own, until it is done.

# %% [markdown]
# **Exercise:** This program prints two coroutine objects, and warns. Let it print `HELLO WORLD`, with `await` and nothing else:
# the two fetches may take one second each.
#
# - Look at what is printed. Has any line of `fetch` run?
# - A call of `fetch` only makes a coroutine object. What runs it, and gives you what it returned?
# - `await fetch('hello')` is an expression: its value is what `fetch` returned.

# %% forgotten awaits tags=["starter"]
import asyncio

async def fetch(what):
    await asyncio.sleep(1)
    return what.upper()

async def main():
    first = fetch('hello')
    second = fetch('world')
    print(first, second)

asyncio.run(main())

# %% awaited at the call tags=["solution"]
import asyncio

async def fetch(what):
    await asyncio.sleep(1)
    return what.upper()

async def main():
    first = await fetch('hello')
    second = await fetch('world')
    print(first, second)

asyncio.run(main())

# prints:
# HELLO WORLD
# holds:
# - the cell took 2s
# - the cell made 1 task

# %% awaited later tags=["solution"]
import asyncio

async def fetch(what):
    await asyncio.sleep(1)
    return what.upper()

async def main():
    words = [fetch('hello'), fetch('world')]
    print(*[await word for word in words])

asyncio.run(main())
