# %% [markdown]
# # Blocking the loop
#
# **Goal:** say why one coroutine can make all the others late, find out which one it was, and let it give way.
#
# **Section:** Sleeping; Running in Threads; Beyond the chapter: blocking the loop
#
# **After:** sleeping
#
# **Hint:** between two awaits a task has the loop for itself. How long is that?

# %% [markdown]
# ## A heart that should beat each second
#
# One task prints once a second. Another one has to compute something, which takes three seconds. On the clock of a
# lesson computing takes no time; so we write `time.sleep(3)` for it. It does what a long computation does: three
# seconds pass, and nobody else runs.
#
# **Notes:** `time.sleep` stands for a computation. If somebody says "then use `asyncio.sleep`": a computation is
# not a wait, and cannot be awaited away.

# %% [markdown]
# **Predict:** the report begins to compute at 09:00:01, after the first beat. What is printed second?
#
# - beat at 09:00:02
# - beat at 09:00:04
# - the report is done
#
# **Asks:** line 2 of the output

# %% late beats clock="09:00:00"
import asyncio
import time

async def heart():
    for _ in range(3):
        await asyncio.sleep(1)
        print('beat at', time.strftime('%X'))

async def report():
    await asyncio.sleep(1.5)
    time.sleep(3)
    print('the report is done')

async def main():
    await asyncio.gather(heart(), report())

asyncio.run(main())

# prints:
# beat at 09:00:01
# the report is done
# beat at 09:00:04
# beat at 09:00:05
# holds:
# - report took 2 steps
# - report ended after 4.5s
# - heart ended after 5.5s
# - the trace warns of held-the-loop
# - %why heart late says: heart, at line 6, was due at 2s (sleep(1)), and its step began at 4.5s, 2.5s late
# - %why heart late says: Meanwhile report ran for 2.5s, in its step from line 10 to its end

# %% [markdown]
# **Observe:** at 09:00:02 the heart's timer was due, and nothing happened. The loop is one program that calls one
# task after the other. While `report` runs, the loop waits for it to come back, as for any function that it calls.
# This is called **blocking** the loop.
#
# Which task was it? `%why heart late` knows:
#
# > heart, at line 6, was due at 2s (sleep(1)), and its step began at 4.5s, 2.5s late.
# >
# > Meanwhile report ran for 2.5s, in its step from line 10 to its end.
#
# Note *where* the fault is: the task that is late is not the one to blame.

# %% [markdown]
# ## A timeout does not help
#
# Can we at least put a limit to it?

# %% [markdown]
# **Predict:** the limit is 1 second, and the computation takes 3. What is printed first?
#
# - it took too long
# - computed
# - slept
#
# **Asks:** line 1 of the output

# %% [markdown]
# **Predict:** and after how many seconds is the cell over?
#
# - 1s
# - 3s
# - 4s
#
# **Asks:** the time that the cell takes

# %% a limit
async def main():
    try:
        async with asyncio.timeout(1):
            time.sleep(3)
            print('computed')
            await asyncio.sleep(1)
            print('slept')
    except TimeoutError:
        print('it took too long')

asyncio.run(main())

# prints:
# computed
# it took too long
# holds:
# - main waited for sleep(1)
# - main took 2 steps
# - %why main cancelled says: CancelledError was thrown into main at line 6

# %% [markdown]
# **Observe:** the limit was over at 1s, and nobody noticed before 3s. A timeout is a timer that cancels, and a
# cancel is thrown in at an `await`. Where there is no `await`, nothing can be thrown in. All of asyncio rests on
# tasks that give way.
#
# **Notes:** this is the place for the rule of thumb: between two awaits, a tenth of a second at most.

# %% [markdown]
# ## Give way
#
# A long computation mostly is a loop. Let it give way now and then. `await asyncio.sleep(0)` does just that: it
# stands still, lets all who are ready have their turn, and is ready again at once. The chapter: *this can be used
# by long-running functions to avoid blocking the event loop for the full duration of the function call.*

# %% [markdown]
# **Order:** the same three seconds, in thirty parts. In which order are these lines printed?
#
# - the report is done
# - beat at 09:00:03
# - beat at 09:00:01
# - beat at 09:00:02

# %% in parts clock="09:00:00"
async def report():
    for part in range(30):
        time.sleep(0.1)
        await asyncio.sleep(0)
    print('the report is done')

async def main():
    await asyncio.gather(heart(), report())

asyncio.run(main())

# prints:
# beat at 09:00:01
# beat at 09:00:02
# the report is done
# beat at 09:00:03
# holds:
# - report took 31 steps
# - report ended after 3s
# - %why heart late says: 200ms late

# %% [markdown]
# **Observe:** now a beat is late by two parts at most: the one in which its timer goes off, and one more that
# stands before it in the queue. The report took no longer: giving way costs next to nothing when nobody else has
# something to do.
#
# How large should a part be? As long as the others may be late. A tenth of a second is a good limit: of longer
# steps the trace warns, by the rule `held-the-loop`.
#
# What if it is no loop of your own, but one call of a library that takes long? That goes into a thread: `await
# asyncio.to_thread(function)`, which is a lesson of its own.

# %% [markdown]
# ## Who was it?
#
# Two tasks hold up a third one. `mail` blocks for 0.3 seconds, from 0.9 on. `index` would like to begin at 0.95,
# and blocks for 0.5 seconds. The alarm should ring at 1.

# %% [markdown]
# **Predict:** the alarm rings
#
# - at 1.0
# - at 1.2
# - at 1.5
# - at 1.7
#
# **Asks:** line 1 of the output

# %% two to blame
async def block(start, seconds):
    await asyncio.sleep(start)
    time.sleep(seconds)

async def ring(began):
    await asyncio.sleep(1)
    print('at', round(time.monotonic() - began, 1))

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(block(0.9, 0.3), name='mail')
        group.create_task(block(0.95, 0.5), name='index')
        group.create_task(ring(time.monotonic()), name='alarm')

asyncio.run(main())

# prints:
# at 1.7
# holds:
# - mail ended after 1.2s
# - index ended after 1.7s
# - alarm ended after 1.7s
# - %why alarm late says: Meanwhile index ran for 500ms, in its step from line 2 to its end
# - %why alarm late says: Meanwhile mail ran for 200ms, in its step from line 2 to its end

# %% [markdown]
# **Observe:** delays add up. `index` was late itself. `%why alarm late` charges the time lost to those who ran
# meanwhile:
#
# > Meanwhile index ran for 500ms, in its step from line 2 to its end.
# >
# > Meanwhile mail ran for 200ms, in its step from line 2 to its end.

# %% [markdown]
# **Try:** record a program of your own with `corodemo run --trace app.jsonl app.py`, under the real clock, and ask
# `corodemo explain app.jsonl TASK late` of the task that matters most. Or, here: give the six parts of the report
# to six tasks, with `gather` and without `sleep(0)`. Do they give way to the heart? Step through it and look at the
# ready queue.

# %% [markdown]
# **Exercise:** `reader` reads twelve chapters, and each takes half a second (`read` stands for a computation: leave
# it as it is). Meanwhile the `heart`, which has only two beats, comes far too late. Change the program so that it
# has both its beats before the reader is through. The names of the tasks must stay.
#
# - How many steps does the reader take? Only between two steps has somebody else a turn.
# - `await asyncio.sleep(0)` is one way to give way.
# - Whoever awaits a task that is not done gives way, too.
#
# **Notes:** a favourite wrong answer is a task for each chapter, with `gather`. They are all in the queue at once
# and run one after the other, before the loop looks at its timers: show it in the ready queue.

# %% one long step tags=["starter"]
import asyncio
import time

def read(chapter):
    time.sleep(0.5)
    return 1000 * chapter

async def reader():
    words = 0
    for chapter in range(1, 13):
        words += read(chapter)
    print(words, 'words')

async def heart():
    for _ in range(2):
        await asyncio.sleep(1)
        print('beat')

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(reader(), name='reader')
        group.create_task(heart(), name='heart')

asyncio.run(main())

# %% a step for each chapter tags=["solution"]
import asyncio
import time

def read(chapter):
    time.sleep(0.5)
    return 1000 * chapter

async def reader():
    words = 0
    for chapter in range(1, 13):
        words += read(chapter)
        await asyncio.sleep(0)
    print(words, 'words')

async def heart():
    for _ in range(2):
        await asyncio.sleep(1)
        print('beat')

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(reader(), name='reader')
        group.create_task(heart(), name='heart')

asyncio.run(main())

# prints:
# beat
# beat
# 78000 words
# holds:
# - heart ended before reader
# - reader ended after 6s

# %% a task for each chapter tags=["solution"]
import asyncio
import time

def read(chapter):
    time.sleep(0.5)
    return 1000 * chapter

async def count(chapter):
    return read(chapter)

async def reader():
    words = 0
    for chapter in range(1, 13):
        words += await asyncio.create_task(count(chapter))
    print(words, 'words')

async def heart():
    for _ in range(2):
        await asyncio.sleep(1)
        print('beat')

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(reader(), name='reader')
        group.create_task(heart(), name='heart')

asyncio.run(main())
