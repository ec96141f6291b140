# %% [markdown]
# # Sleeping, and being fair
#
# **Goal:** wait without holding anybody up, and let the others run from within a long computation.
#
# **Section:** Sleeping
#
# **Hint:** whoever computes, holds the loop. `await asyncio.sleep(0)` gives everybody who is ready one turn.
#
# **After:** cancellation

# %% [markdown]
# ## A wait for one, not for all
#
# `await asyncio.sleep(delay)` suspends *the current task* for so many seconds. The others run on. If a `result` is given, it "is
# returned to the caller when the coroutine completes".
#
# Here is the chapter's example: a coroutine that shows the date every second for five seconds.
#
# **Chapter:** import asyncio; import datetime; async def display_date():

# %% [markdown]
# **Predict:** it begins at 20:15:00. Between two lines it sleeps for one second, and it stops when one more second would reach
# the end. How many lines does it print?
#
# - 4
# - 5
# - 6
#
# **Asks:** the number of lines printed

# %% display date clock="20:15:00"
import asyncio
import datetime

async def display_date():
    loop = asyncio.get_running_loop()
    end_time = loop.time() + 5.0
    while True:
        print(datetime.datetime.now())
        if (loop.time() + 1.0) >= end_time:
            break
        await asyncio.sleep(1)

asyncio.run(display_date())

# prints:
# 2021-10-04 20:15:00
# 2021-10-04 20:15:01
# 2021-10-04 20:15:02
# 2021-10-04 20:15:03
# 2021-10-04 20:15:04
# holds:
# - the cell took 4s
# - display_date took 5 steps
# - display_date was woken by sleep(1)

# %% [markdown]
# **Observe:** `loop.time()` is the clock of the loop, in seconds. Timers go by it. It only ever goes forward, and is no time of
# day: for that there is `datetime`.

# %% [markdown]
# ## Sleep against sleep
#
# There are two functions called `sleep`. Both take seconds, and both come back when these are over. What others can do
# meanwhile is not the same.
#
# **Notes:** the two sleeps look alike and are opposites. One lets others run, the other keeps everybody.

# %% [markdown]
# **Predict:** the task `dots` wants to print a dot each second. `rude` calls `time.sleep(3)`, which blocks the whole thread,
# and not `asyncio.sleep(3)`. When does the first dot come?
#
# - dot after 1s
# - dot after 3s
#
# **Asks:** the next line printed

# %% the whole thread sleeps
import time

async def dots():
    started = time.monotonic()
    for _ in range(3):
        await asyncio.sleep(1)
        print(f'dot after {time.monotonic() - started:.0f}s')

async def rude():
    time.sleep(3)

async def main():
    task = asyncio.create_task(dots(), name='dots')
    await asyncio.sleep(0)
    await asyncio.create_task(rude(), name='rude')
    await task

asyncio.run(main())

# prints:
# dot after 3s
# dot after 4s
# dot after 5s
# holds:
# - the cell took 5s
# - rude took 1 step
# - the trace warns of held-the-loop
# - %why dots late says: Meanwhile rude ran for 2s, in its step from its beginning to its end

# %% [markdown]
# **Observe:** the timer of `dots` was due after one second. Nobody could look at it: the loop was inside of `rude`. One step of
# one task held everybody up for three seconds. `%why dots late` tells who did it: "Meanwhile rude ran for 2s, in its step from
# its beginning to its end", and counts only the two seconds by which `dots` was late.

# %% [markdown]
# ## A long computation
#
# The same happens when a task computes for long. It does not wait for anything, so why should it await? To let the others run.
# "Setting the delay to 0 provides an optimized path to allow other tasks to run. This can be used by long-running functions to
# avoid blocking the event loop for the full duration of the function call."
#
# **Notes:** `sleep(0)` is a courtesy and no cure: for heavy computing use threads, or processes.

# %% [markdown]
# **Order:** two tasks count, each with a `sleep(0)` between its numbers. In which order do the lines come?
#
# - b 1
# - a 2
# - a 1
# - b 2
# - a 3

# %% one turn each
async def count(name, number):
    for i in range(1, number + 1):
        print(name, i)
        await asyncio.sleep(0)

async def main():
    a = asyncio.create_task(count('a', 3), name='a')
    b = asyncio.create_task(count('b', 2), name='b')
    await a
    await b

asyncio.run(main())

# prints:
# a 1
# b 1
# a 2
# b 2
# a 3
# holds:
# - the cell took 0s
# - a took 4 steps
# - b took 3 steps

# %% [markdown]
# **Observe:** no timer was set. `sleep(0)` puts the task at the end of the queue: it runs again when everybody who was ready
# has had one turn.

# %% [markdown]
# ## It always suspends
#
# "`sleep()` always suspends the current task, allowing other tasks to run." In this it differs from most awaits, which do not
# stand still when the result is there already.

# %% [markdown]
# **Predict:** `main` awaits a coroutine that has nothing to wait for, and then `sleep(0)`. When does `other` get its turn? Say
# which line is the second.
#
# - other runs
# - main has slept
# - main has awaited
#
# **Asks:** line 2 of the output

# %% an await that waits, and one that does not
async def nothing_to_wait_for():
    return 42

async def other():
    print('other runs')

async def main():
    task = asyncio.create_task(other())
    await nothing_to_wait_for()
    print('main has awaited')
    print('main has slept', await asyncio.sleep(0, result='well'))
    await task

asyncio.run(main())

# prints:
# main has awaited
# other runs
# main has slept well
# holds:
# - main took 2 steps
# - main never waited for other

# %% [markdown]
# ## The loop of the old days
#
# In older programs one reads `asyncio.sleep(1, loop=loop)`. That parameter is deprecated since version 3.8, and was removed in
# 3.10: "this function has been implicitly getting the current running loop since 3.7". The same holds for `gather`, `shield`,
# `wait_for`, `wait` and `as_completed`.
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter

# %% removed
asyncio.run(asyncio.sleep(1, loop=None))

# raises: TypeError: sleep() got an unexpected keyword argument 'loop'
# holds:
# - the cell made no task

# %% [markdown]
# **Try:** write a task that prints a dot every second, and beside it a loop of `sum(range(10_000))`, a thousand times. Where do
# you put `sleep(0)`: into every round? Into every tenth? Look at the steps in the timeline. And: what does `await
# asyncio.sleep(-1)` do?

# %% [markdown]
# **Exercise:** `worker` handles ten orders, each of which takes 0.2 seconds of computing (`time.sleep` stands for it).
# Meanwhile `bell` should ring after one second, and rings only when the worker is done. Let it ring in time, and let the worker
# still compute all ten.
#
# - The worker never stands still, so nobody looks at the bell's timer.
# - After each order, the worker can give the others a turn.
# - `await asyncio.sleep(0)` takes no time.

# %% the bell is late tags=["starter"]
import asyncio
import time

async def bell():
    await asyncio.sleep(1)
    print('ring')

async def worker():
    for number in range(10):
        time.sleep(0.2)
    print('ten orders')

async def main():
    ringing = asyncio.create_task(bell(), name='bell')
    working = asyncio.create_task(worker(), name='worker')
    await working
    await ringing

asyncio.run(main())

# %% a turn for the others tags=["solution"]
import asyncio
import time

async def bell():
    await asyncio.sleep(1)
    print('ring')

async def worker():
    for number in range(10):
        time.sleep(0.2)
        await asyncio.sleep(0)
    print('ten orders')

async def main():
    ringing = asyncio.create_task(bell(), name='bell')
    working = asyncio.create_task(worker(), name='worker')
    await working
    await ringing

asyncio.run(main())

# prints:
# ring
# ten orders
# holds:
# - bell ended before worker
# - worker ended after 2s

# %% a task for each order tags=["solution"]
import asyncio
import time

async def bell():
    await asyncio.sleep(1)
    print('ring')

async def order():
    time.sleep(0.2)

async def worker():
    for number in range(10):
        await asyncio.create_task(order())
    print('ten orders')

async def main():
    ringing = asyncio.create_task(bell(), name='bell')
    working = asyncio.create_task(worker(), name='worker')
    await working
    await ringing

asyncio.run(main())
