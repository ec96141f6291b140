# %% [markdown]
# # Timeouts
#
# **Goal:** wait for something, but not for longer than you said; and say why it may take longer all the same.
#
# **Section:** Timeouts
#
# **Hint:** a timeout is a cancel that a timer makes. What is cancelled has a last word, and that may take time.
#
# **After:** shield

# %% [markdown]
# ## At most one second
#
# `await asyncio.wait_for(aw, timeout)` waits for an awaitable, for at most so many seconds. "If a timeout occurs, it cancels
# the task and raises `asyncio.TimeoutError`." Here is the chapter's example.
#
# **Chapter:** async def eternity(): # Sleep for one hour

# %% [markdown]
# **Predict:** `eternity` would sleep for an hour. How long does the cell take?
#
# - 1s
# - 3600s
# - 3601s
#
# **Asks:** the time that the cell takes

# %% eternity
import asyncio

async def eternity():
    # Sleep for one hour
    await asyncio.sleep(3600)
    print('yay!')

async def main():
    # Wait for at most 1 second
    try:
        await asyncio.wait_for(eternity(), timeout=1.0)
    except asyncio.TimeoutError:
        print('timeout!')

asyncio.run(main())

# prints:
# timeout!
# holds:
# - the cell took 1s
# - main took 2 steps
# - eternity was cancelled

# %% [markdown]
# **Observe:** step to the second at which the timer fires. It does not raise the `TimeoutError`. It *cancels* what was waited
# for; the `CancelledError` travels up, and only `wait_for` turns it into a `TimeoutError`. A coroutine "is automatically scheduled
# as a Task" here, as the tree shows. (In asyncio since Python 3.12 it runs inside of the task that waits: there is one task,
# `main`, and the same is printed.)
#
# **Notes:** the `TimeoutError` is made at the very end. Step event by event from the timer to the line in `main`.

# %% [markdown]
# ## In time
#
# If the result comes in time, `wait_for` returns it, and the timer is taken off. With `timeout=None` there is no timer: "block
# until the future completes."

# %% [markdown]
# **Predict:** `tea` takes two seconds; it is waited for three times: for at most 3 seconds, with None, for at most 1. How many
# seconds does it all take?
#
# - 5s
# - 6s
# - 7s
#
# **Asks:** the time that the cell takes

# %% in time, without limit, too late
async def tea():
    await asyncio.sleep(2)
    return 'tea'

async def main():
    print(await asyncio.wait_for(tea(), 3))
    print(await asyncio.wait_for(tea(), None))
    try:
        print(await asyncio.wait_for(tea(), 1))
    except TimeoutError:
        print('no tea')

asyncio.run(main())

# prints:
# tea
# tea
# no tea
# holds:
# - the cell took 5s

# %% [markdown]
# **Observe:** `except TimeoutError` is enough. Since Python 3.11, `asyncio.TimeoutError` is only another name of the built-in
# one.

# %% [markdown]
# ## The last word
#
# "The function will wait until the future is actually cancelled, so the total wait time may exceed the *timeout*." What is
# cancelled may have a `finally`, and that may await. (Changed in version 3.7: "Previously, it raised `asyncio.TimeoutError`
# immediately.")
#
# **Chapter:** Changed in version 3.7: When *aw* is cancelled due to a timeout
#
# **Notes:** "my timeout of 1 second took 3" is a real bug report. Let the class explain it.

# %% [markdown]
# **Order:** `slow` needs two more seconds to clean up. Its timeout is one second. In which order do the lines come?
#
# - timeout after 3s
# - slow: cleaned up
# - slow: cleaning up

# %% a slow last word
import time

async def slow():
    try:
        await asyncio.sleep(60)
    finally:
        print('slow: cleaning up')
        await asyncio.sleep(2)
        print('slow: cleaned up')

async def main():
    started = time.monotonic()
    try:
        await asyncio.wait_for(slow(), 1)
    except TimeoutError:
        print(f'timeout after {time.monotonic() - started:.0f}s')

asyncio.run(main())

# prints:
# slow: cleaning up
# slow: cleaned up
# timeout after 3s
# holds:
# - the cell took 3s

# %% [markdown]
# **Predict:** "If an exception happens during cancellation, it is propagated." What does this `main` catch?
#
# - TimeoutError
# - CancelledError
# - OSError
#
# **Asks:** line 1 of the output

# %% an error as last word
async def clumsy():
    try:
        await asyncio.sleep(60)
    finally:
        raise OSError('the disk is full')

async def main():
    try:
        await asyncio.wait_for(clumsy(), 1)
    except (TimeoutError, asyncio.CancelledError, OSError) as error:
        print(type(error).__name__)

asyncio.run(main())

# prints:
# OSError
# holds:
# - the cell took 1s

# %% [markdown]
# ## Cancelled while it waits
#
# "If the wait is cancelled, the future *aw* is also cancelled." The usual rule: a cancel goes down the chain.

# %% [markdown]
# **Predict:** `main` is cancelled after one second, long before the timeout. Which holds?
#
# - inner was cancelled
# - inner ended with 'tea'
# - main failed with TimeoutError()
#
# **Asks:** which of these holds

# %% a cancel, and no timeout
async def main():
    inner = asyncio.create_task(tea(), name='inner')
    await asyncio.wait_for(inner, 10)

async def boss():
    task = asyncio.create_task(main(), name='main')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(boss())

# holds:
# - main was cancelled
# - inner ended before main

# %% [markdown]
# ## To let it run on
#
# "To avoid the task cancellation, wrap it in `shield()`." Then the timeout is only about *your* waiting.

# %% [markdown]
# **Predict:** what is the last line?
#
# - main: it takes long
# - main: now I have tea
# - main: no tea
#
# **Asks:** the last line of the output

# %% impatient, but not cruel
async def main():
    making = asyncio.create_task(tea(), name='making')
    try:
        await asyncio.wait_for(asyncio.shield(making), 1)
    except TimeoutError:
        print('main: it takes long')
    print('main: now I have', await making)

asyncio.run(main())

# prints:
# main: it takes long
# main: now I have tea
# holds:
# - the cell took 2s
# - making ended with 'tea'

# %% [markdown]
# ## A block with a limit
#
# Python 3.11 brought `asyncio.timeout(seconds)`, for a whole block of code with as many awaits as you like. And `wait_for` is
# made of it now. (Its own parameter `loop`, deprecated since version 3.8, was removed in 3.10.)
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter

# %% one limit for two awaits
async def main():
    try:
        async with asyncio.timeout(3):
            print(await tea())
            print(await tea())
    except TimeoutError:
        print('three seconds are over')

asyncio.run(main())

# prints:
# tea
# three seconds are over
# holds:
# - the cell took 3s
# - the cell made 1 task

# %% [markdown]
# **Try:** let `eternity` catch `CancelledError` and go on to sleep. What does `wait_for` do then? Which sentence of the chapter
# says so? And what does `wait_for(tea(), 0)` do?

# %% [markdown]
# **Exercise:** `ask` tries one server after the other. A server that does not answer within two seconds should be given up, and
# the next one asked. Now the first one, which never answers, holds everything up. The answer should be there after five
# seconds.
#
# - Each attempt needs a timeout of its own, inside of the loop.
# - `TimeoutError` is the sign to go on with the next server.
# - `asyncio.timeout(2)` around the `await` is as good as `asyncio.wait_for(..., 2)`.

# %% waits for the first one for ever tags=["starter"]
import asyncio

async def server(name, seconds):
    await asyncio.sleep(seconds)
    return f'hello from {name}'

async def ask():
    for name, seconds in [('one', 10_000), ('two', 99), ('three', 1)]:
        return await server(name, seconds)

async def main():
    print(await ask())

asyncio.run(main())

# %% wait_for tags=["solution"]
import asyncio

async def server(name, seconds):
    await asyncio.sleep(seconds)
    return f'hello from {name}'

async def ask():
    for name, seconds in [('one', 10_000), ('two', 99), ('three', 1)]:
        try:
            return await asyncio.wait_for(server(name, seconds), 2)
        except TimeoutError:
            continue

async def main():
    print(await ask())

asyncio.run(main())

# prints:
# hello from three
# holds:
# - the cell took 5s

# %% a block with a limit tags=["solution"]
import asyncio
import contextlib

async def server(name, seconds):
    await asyncio.sleep(seconds)
    return f'hello from {name}'

async def ask():
    for name, seconds in [('one', 10_000), ('two', 99), ('three', 1)]:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                return await server(name, seconds)

async def main():
    print(await ask())

asyncio.run(main())
