# %% [markdown]
# # Creating tasks
#
# **Goal:** run coroutines at the same time with `create_task`, and say in which order they run, and when they end.
#
# **Section:** Coroutines; Awaitables: Tasks; Creating Tasks
#
# **Hint:** `create_task` only puts a task in the queue. It runs when the one that runs now stands still.
#
# **After:** running

# %% [markdown]
# ## Two sleeps
#
# From the lesson on coroutines: a `main` that awaits `say_after(1, 'hello')` and then `say_after(2, 'world')` takes three
# seconds. Only one task is there, and while it sleeps, nothing else can run, for there is nothing else.

# %% say after
import asyncio
import time

async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)

# %% [markdown]
# ## Two tasks, at the same time
#
# `asyncio.create_task(coro)` wraps a coroutine into a **Task**: something that the event loop drives for you, beside
# everything else. `main` goes on at once. To wait until a task is done, and get its result, `await` it.
#
# **Chapter:** async def main(): task1 = asyncio.create_task( say_after(1, 'hello'))

# %% [markdown]
# **Predict:** the same two calls, as tasks. How long does the cell take?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% [markdown]
# **Predict:** `main` has just come to `await task1` and stands still. Two tasks that run `say_after` were created: first
# the one for hello, then the one for world. Who runs next?
#
# - main
# - the first say_after
# - the second say_after
#
# **When:** main waited for the first say_after
#
# **Asks:** the next task to run

# %% concurrently clock="17:14:32"
async def main():
    task1 = asyncio.create_task(
        say_after(1, 'hello'))

    task2 = asyncio.create_task(
        say_after(2, 'world'))

    print(f"started at {time.strftime('%X')}")

    # Wait until both tasks are completed (should take
    # around 2 seconds.)
    await task1
    await task2

    print(f"finished at {time.strftime('%X')}")

asyncio.run(main())

# prints:
# started at 17:14:32
# hello
# world
# finished at 17:14:34
# holds:
# - the cell took 2s
# - the cell made 3 tasks
# - the first say_after was created by main
# - the second say_after was created by main
# - the first say_after and the second say_after waited at the same time
# - the first say_after was woken by sleep(1)
# - the second say_after was woken by sleep(2)
# - main was woken by the first say_after
# - main was woken by the second say_after
# - the first say_after ended after 1s
# - the second say_after ended after 2s

# %% [markdown]
# **Observe:** look at the timeline. Both tasks wait *over the same second*, so the waits overlap instead of adding up: the
# program runs one second faster than before.
#
# Look at who woke whom: a timer woke the first `say_after`, and its end woke `main`, which waited for it.
#
# **Notes:** the timeline is the picture to remember: two bars beside each other, and the arrows to `main`.

# %% [markdown]
# ## In which order do they run?
#
# Tasks that can run stand in a queue, first come, first served. `create_task` puts the new task at its end, and nothing else
# happens: the one that runs now goes on running, until it awaits something that has to wait.
#
# **Notes:** write the queue on the board after each line of `main`, before the screen shows it.

# %% [markdown]
# **Predict:** type the first line that this prints.
#
# **Asks:** line 1 of the output

# %% [markdown]
# **Order:** when `first` ends, it wakes `main`, which waits for it. But `second` stands in the queue already. Put the other
# lines in order.
#
# - main: first is done
# - second speaks
# - main: second is done
# - first speaks

# %% the queue
async def speak(name):
    print(name, 'speaks')

async def main():
    first = asyncio.create_task(speak('first'))
    second = asyncio.create_task(speak('second'))
    print('main: both are in the queue')
    await first
    print('main: first is done')
    await second
    print('main: second is done')

asyncio.run(main())

# prints:
# main: both are in the queue
# first speaks
# second speaks
# main: first is done
# main: second is done
# holds:
# - the first speak first ran before the second speak
# - main was woken by the first speak
# - main took 2 steps
# - the second speak took 1 step
# - main ended after 0s

# %% [markdown]
# **Observe:** `main` took two steps, not three. By the time it came to `await second`, that task was done, and to await what
# is done does not stand still.

# %% [markdown]
# ## A task runs by itself
#
# One more example of the chapter. "Soon" means: as soon as `main` gives way. The task would run even if `main`
# awaited something else.
#
# **Chapter:** import asyncio; async def nested(): return 42; async def main(): # Schedule nested() to run soon

# %% scheduled to run soon
import asyncio

async def nested():
    return 42

async def main():
    # Schedule nested() to run soon concurrently
    # with "main()".
    task = asyncio.create_task(nested())

    # "task" can now be used to cancel "nested()", or
    # can simply be awaited to wait until it is complete:
    await task

asyncio.run(main())

# holds:
# - the cell made 2 tasks
# - main waited for nested
# - nested ended with 42

# %% [markdown]
# **Observe:** nothing is printed, and yet `nested` has run: its result, 42, is the task's result, and `await task` gives it
# to whoever asks.

# %% [markdown]
# ## Only inside a running loop
#
# A task belongs to the loop that drives it. So there must be one: `create_task` uses the loop that runs in this thread, and
# raises `RuntimeError` if there is none.

# %% no loop here
asyncio.create_task(nested())

# raises: RuntimeError: no running event loop
# prints:
# RuntimeWarning: coroutine 'nested' was never awaited
# holds:
# - the cell made no task

# %% [markdown]
# ## Keep a reference
#
# The chapter says it is **important**: *save a reference to the result of this function, to avoid a task disappearing mid
# execution.* asyncio's loop holds its tasks weakly. A task that waits, and to which nothing else refers, may be
# collected as garbage, and its work is never finished.
#
# The loop that runs this lesson keeps a task as long as anything can still wake it. But write your programs so that they are
# right on both: keep what you start in a collection, and let each task remove itself when it is done.
#
# **Chapter:** Save a reference to the result of this function, to avoid a task disappearing mid execution
#
# **Notes:** on asyncio such a task disappears only when the garbage collector comes by, so it seems to work for weeks.

# %% background tasks
background = set()

async def main():
    for delay in (1, 2, 3):
        task = asyncio.create_task(say_after(delay, f'{delay}s are over'))
        background.add(task)
        task.add_done_callback(background.discard)
    print(len(background), 'in the background')
    while background:
        await asyncio.sleep(1)
    print('all are done')

asyncio.run(main())

# prints:
# 3 in the background
# 1s are over
# 2s are over
# 3s are over
# all are done
# holds:
# - the cell made 4 tasks
# - nothing was left waiting

# %% [markdown]
# ## Before Python 3.7
#
# `create_task` was new in Python 3.7. Older programs use `ensure_future`. It works in all versions, and is less readable: its
# name does not say that a task comes out of it. The parameter `name` came with 3.8; without one, a task is called `Task-1`,
# `Task-2`, ...
#
# **Chapter:** async def coro(): ...; # In Python 3.7+
#
# **Chapter:** New in version 3.7; Changed in version 3.8: Added the "name" parameter

# %% the older way
async def coro():
    ...

async def main():
    # In Python 3.7+
    task = asyncio.create_task(coro())
    await task

    # This works in all Python versions but is less readable
    task = asyncio.ensure_future(coro())
    await task

asyncio.run(main())

# holds:
# - the first coro was created by main
# - the second coro was created by main
# - the first coro ended before the second coro

# %% [markdown]
# **Try:** change the first program: await `task2` before `task1`. Does the order of the lines change? Does the time? Then write
# `await asyncio.create_task(say_after(1, 'hello'))` twice in a row, and say before you run it how long it takes.

# %% [markdown]
# **Exercise:** Three kettles, each of which takes a different time. This program boils one after the other and takes six
# seconds. Let it take three, and still print the list of all three at the end, in this order.
#
# - `await asyncio.create_task(...)` starts a task and at once waits for it. That is no faster than awaiting the coroutine.
# - Start all tasks first. Await them after that.
# - A list of tasks can be made first, and a second loop can await each of them.

# %% one after the other tags=["starter"]
import asyncio

async def boil(name, seconds):
    await asyncio.sleep(seconds)
    return f'{name} boils'

async def main():
    results = []
    for name, seconds in [('red', 3), ('green', 1), ('blue', 2)]:
        task = asyncio.create_task(boil(name, seconds))
        results.append(await task)
    print(results)

asyncio.run(main())

# %% start all, then await all tags=["solution"]
import asyncio

async def boil(name, seconds):
    await asyncio.sleep(seconds)
    return f'{name} boils'

async def main():
    tasks = []
    for name, seconds in [('red', 3), ('green', 1), ('blue', 2)]:
        tasks.append(asyncio.create_task(boil(name, seconds)))
    print([await task for task in tasks])

asyncio.run(main())

# prints:
# ['red boils', 'green boils', 'blue boils']
# holds:
# - the cell took 3s

# %% two in the background tags=["solution"]
import asyncio

async def boil(name, seconds):
    await asyncio.sleep(seconds)
    return f'{name} boils'

async def main():
    green = asyncio.create_task(boil('green', 1))
    blue = asyncio.create_task(boil('blue', 2))
    red = await boil('red', 3)
    print([red, await green, await blue])

asyncio.run(main())
