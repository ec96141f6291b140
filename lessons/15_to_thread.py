# %% [markdown]
# # Running in threads
#
# **Goal:** call a function that blocks without holding up the loop, and say what a thread can do for you and what not.
#
# **Section:** Running in Threads
#
# **Hint:** what blocks, blocks its thread. `to_thread` gives it one of its own, and you wait for its result like for any other.
#
# **After:** as_completed

# %% [markdown]
# ## Functions that know no await
#
# Most libraries block: they read a file, ask a database, call `time.sleep`, and return when they have it. Called in a
# coroutine, they hold the loop. (`time.sleep` stands for all of them here.)

# %% [markdown]
# **Predict:** "Directly calling `blocking_io()` in any coroutine would block the event loop for its duration, resulting in an
# additional 1 second of run time." Beside it, `asyncio.sleep(1)` runs as a task. How long does the cell take?
#
# - 1s
# - 2s
#
# **Asks:** the time that the cell takes

# %% called directly
import asyncio
import time

def blocking_io():
    print(f"start blocking_io at {time.strftime('%X')}")
    # Note that time.sleep() can be replaced with any blocking
    # IO-bound operation, such as file operations.
    time.sleep(1)
    print(f"blocking_io complete at {time.strftime('%X')}")

async def directly():
    blocking_io()

async def main():
    await asyncio.gather(directly(), asyncio.sleep(1))

asyncio.run(main())

# prints:
# start blocking_io at 09:00:00
# blocking_io complete at 09:00:01
# holds:
# - the cell took 2s
# - the trace warns of held-the-loop
# - directly took 1 step

# %% [markdown]
# **Observe:** the sleep was not even *set* before the loop came back. Two seconds, one after the other.
#
# **Notes:** run both cells' timelines one after the other and compare.

# %% [markdown]
# ## In a thread of its own
#
# `asyncio.to_thread(func, *args, **kwargs)` returns "a coroutine that can be awaited to get the eventual result of *func*". It
# is new in version 3.9. Here is the chapter's example.
#
# **Chapter:** def blocking_io(): print(f"start blocking_io at {time.strftime('%X')}")

# %% [markdown]
# **Order:** in which order do the lines come?
#
# - finished main at 19:50:54
# - start blocking_io at 19:50:53
# - started main at 19:50:53
# - blocking_io complete at 19:50:54

# %% to thread clock="19:50:53"
async def main():
    print(f"started main at {time.strftime('%X')}")

    await asyncio.gather(
        asyncio.to_thread(blocking_io),
        asyncio.sleep(1))

    print(f"finished main at {time.strftime('%X')}")


asyncio.run(main())

# prints:
# started main at 19:50:53
# start blocking_io at 19:50:53
# blocking_io complete at 19:50:54
# finished main at 19:50:54
# holds:
# - the cell took 1s
# - to_thread and sleep waited at the same time

# %% [markdown]
# **Observe:** look for the thread in the events: it *starts*, and when it is *finished*, the loop is told, and wakes the task
# `to_thread`. In between the loop was free.

# %% [markdown]
# ## It is a coroutine
#
# `to_thread(...)` looks like a call of the function. What it returns at once is a coroutine.

# %% [markdown]
# **Predict:** `to_thread(blocking_io)` is called, and awaited only after two seconds. When does `blocking_io` start?
#
# - start blocking_io at 12:00:00
# - start blocking_io at 12:00:02
#
# **Asks:** line 1 of the output

# %% awaited later clock="12:00:00"
async def main():
    work = asyncio.to_thread(blocking_io)
    await asyncio.sleep(2)
    await work

asyncio.run(main())

# prints:
# start blocking_io at 12:00:02
# blocking_io complete at 12:00:03
# holds:
# - the cell took 3s
# - the cell made 1 task

# %% [markdown]
# **Observe:** a coroutine does nothing until somebody drives it; the one of `to_thread` is no exception. To start it now, make
# a task of it, or gather it.

# %% [markdown]
# ## What goes in, what comes out
#
# "Any *args and **kwargs supplied for this function are directly passed to *func*. Also, the current `contextvars.Context` is
# propagated, allowing context variables from the event loop thread to be accessed in the separate thread." What it returns
# comes out of the `await`, and so does what it raises.

# %% [markdown]
# **Predict:** the function in the thread reads the variable `user`, which `main` has set, and then sets it to bob. What does
# `main` see afterwards?
#
# - main sees ann
# - main sees bob
#
# **Asks:** the last line of the output

# %% arguments, context, result, exception
import contextvars

user = contextvars.ContextVar('user')

def greet(word, mark='.'):
    text = f'{word} {user.get()}{mark}'
    user.set('bob')
    return text

async def main():
    user.set('ann')
    print(await asyncio.to_thread(greet, 'hello', mark='!'))
    try:
        await asyncio.to_thread(int, 'one')
    except ValueError as error:
        print(error)
    print('main sees', user.get())

asyncio.run(main())

# prints:
# hello ann!
# invalid literal for int() with base 10: 'one'
# main sees ann
# holds:
# - the cell made 1 task

# %% [markdown]
# ## A thread cannot be stopped
#
# A task that takes too long can be cancelled, at its await. Here it awaits a thread.

# %% [markdown]
# **Order:** `main` gives the thread at most 1 second, and it needs 1.5. In which order do the lines come?
#
# - the thread is done
# - main: timeout
# - run has returned

# %% timed out
def work():
    time.sleep(1.5)
    print('the thread is done')

async def main():
    try:
        await asyncio.wait_for(asyncio.to_thread(work), 1)
    except TimeoutError:
        print('main: timeout')

asyncio.run(main())
print('run has returned')

# prints:
# main: timeout
# the thread is done
# run has returned
# holds:
# - the cell took 1.5s
# - main ended after 1s

# %% [markdown]
# **Observe:** a cancel reaches the coroutine that *waits* for the thread, and not the thread, which asyncio cannot
# interrupt. It runs to its end, unseen, and `asyncio.run` waits for it.
#
# **Notes:** ask for ways to stop a thread all the same: a flag that it looks at, a timeout of its own call.

# %% [markdown]
# ## What threads are good for
#
# A note of the chapter: "Due to the *GIL*, `asyncio.to_thread()` can typically only be used to make IO-bound functions
# non-blocking. However, for extension modules that release the GIL or alternative Python implementations that don't have one,
# `asyncio.to_thread()` can also be used for CPU-bound functions." The GIL is a lock of the interpreter: one thread at a time
# computes. While a thread waits for a disk or the network, it gives the lock away.
#
# **Chapter:** Due to the *GIL*, *asyncio.to_thread()* can typically only be used to make IO-bound

# %% another thread, and another
import threading

def where():
    return threading.current_thread() is threading.main_thread()

async def main():
    print('in a coroutine:', where())
    print('in a thread:', await asyncio.to_thread(where))

asyncio.run(main())

# prints:
# in a coroutine: True
# in a thread: False
# holds:
# - the cell made 1 task

# %% [markdown]
# **Observe:** in a thread, nothing of the loop may be touched: no task, no future, no queue. How a thread speaks to the loop
# all the same is the next lesson.

# %% [markdown]
# **Try:** `to_thread` uses the loop's thread pool, as does `loop.run_in_executor(None, func)`, which takes no keyword arguments
# and does not copy the context. Try `greet` with it. And: call `asyncio.current_task()` in a thread.

# %% [markdown]
# **Exercise:** `read` blocks for one second. The program reads three files, one after the other, and `beat` cannot ring
# meanwhile. Let the three be read at the same time, in threads. It should take one second, and print the lengths in the given
# order.
#
# - `await asyncio.to_thread(read, name)` does not block, but in a loop it is still one after the other.
# - `gather` runs coroutines at the same time. `to_thread(...)` is one.
# - A task made of each `to_thread(...)` would do as well.

# %% one after the other tags=["starter"]
import asyncio
import time

def read(name):
    time.sleep(1)
    return len(name)

async def beat():
    await asyncio.sleep(0.5)
    print('beat')

async def main():
    beating = asyncio.create_task(beat(), name='beat')
    print([read(name) for name in ('a.txt', 'bb.txt', 'ccc.txt')])
    await beating

asyncio.run(main())

# %% gather tags=["solution"]
import asyncio
import time

def read(name):
    time.sleep(1)
    return len(name)

async def beat():
    await asyncio.sleep(0.5)
    print('beat')

async def main():
    beating = asyncio.create_task(beat(), name='beat')
    names = 'a.txt', 'bb.txt', 'ccc.txt'
    print(await asyncio.gather(
        *[asyncio.to_thread(read, name) for name in names]))
    await beating

asyncio.run(main())

# prints:
# beat
# [5, 6, 7]
# holds:
# - the cell took 1s
# - beat ended after 0.5s

# %% tasks tags=["solution"]
import asyncio
import time

def read(name):
    time.sleep(1)
    return len(name)

async def beat():
    await asyncio.sleep(0.5)
    print('beat')

async def main():
    beating = asyncio.create_task(beat(), name='beat')
    tasks = [asyncio.create_task(asyncio.to_thread(read, name))
             for name in ('a.txt', 'bb.txt', 'ccc.txt')]
    print([await task for task in tasks])
    await beating

asyncio.run(main())
