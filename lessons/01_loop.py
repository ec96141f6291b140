# %% [markdown]
# # The loop itself
#
# **Goal:** write an event loop of thirty lines, and say with it who runs when, and who waits until when.
#
# **Section:** Beyond the chapter: the event loop
#
# **Hint:** a loop keeps two things: a queue of those who can go on, and a list of those who must wait until later.

# %% [markdown]
# ## One after the other
#
# A call runs a function from its first line to its last. Nothing else happens meanwhile. So two countdowns, called one
# after the other, never mix.
#
# **Notes:** ten minutes for the ten-line loop, five for the rest. Let two people be the coroutines and one the loop, who says
# "send".

# %% two calls
def countdown(name, number):
    while number:
        print(name, number)
        number -= 1

countdown('left', 2)
countdown('right', 2)

# prints:
# left 2
# left 1
# right 2
# right 1

# %% [markdown]
# We want both at once, in one thread, taking turns. For that a function must be able to **stand still** in the middle, keep
# its variables, and go on later.
#
# `async def` writes such functions, and inside one `await` is the place to stand still. Take `Pause` below as given: it does
# nothing but stand still. The next lesson opens it.

# %% a body that can stand still
class Pause:
    def __await__(self):
        yield

async def countdown(name, number):
    while number:
        print(name, number)
        number -= 1
        await Pause()

# %% [markdown]
# Calling `countdown('left', 2)` now runs nothing. It returns a **coroutine**: the body, ready to start. Its method
# `send(None)` runs it on, up to the next place where it stands still.

# %% [markdown]
# **Predict:** we send twice. How many lines are printed, "between" included?
#
# - 2
# - 3
# - 4
#
# **Asks:** the number of lines printed

# %% by hand
left = countdown('left', 2)
left.send(None)
print('between')
left.send(None)

# prints:
# left 2
# between
# left 1

# %% [markdown]
# **Observe:** each `send` ran the body for one round, until `await Pause()`. Between the two, `left` stood still with its
# variables, and our own code ran. Such a stretch, from one standstill to the next, is called a **step**.
#
# `left` has not ended yet. At its end, `send` raises `StopIteration`.

# %% [markdown]
# ## A loop in ten lines
#
# Now give many coroutines their steps in turn. Those who can go on stand in a queue, `ready`. Take the first, give it one
# step, put it at the end again. Whoever has ended does not come back.

# %% run, taking turns
from collections import deque

def run(*coros):
    ready = deque(coros)
    while ready:
        coro = ready.popleft()
        try:
            coro.send(None)
        except StopIteration:
            continue
        ready.append(coro)

# %% [markdown]
# **Order:** `run` gets two countdowns, one from 3 and one from 2. In which order do these lines come?
#
# - left 2
# - right 2
# - left 1
# - right 1
# - left 3

# %% two countdowns
run(countdown('left', 3), countdown('right', 2))

# prints:
# left 3
# right 2
# left 2
# right 1
# left 1

# %% [markdown]
# **Observe:** that is an event loop. Nobody is interrupted: a step goes on until the body stands still by itself, and only then
# is it another's turn. This is called **cooperative** scheduling.
#
# **Notes:** stop at the empty queue. Ask: who would have to change anything here, so that nobody can be greedy? (Nobody can,
# from outside: that is the point.)

# %% [markdown]
# **Predict:** `greedy` forgets to await in its loop. What is the last line printed?
#
# - right 1
# - greedy 1
# - greedy is done
#
# **Asks:** the last line of the output

# %% one that never stands still
async def greedy(number):
    while number:
        print('greedy', number)
        number -= 1
    print('greedy is done')

run(greedy(2), countdown('right', 2))

# prints:
# greedy 2
# greedy 1
# greedy is done
# right 2
# right 1

# %% [markdown]
# **Observe:** the whole of `greedy` was a single step. The loop could do nothing about it: it is just a program that waits for
# `send` to return. A body without `await` holds everybody up.

# %% [markdown]
# ## Waiting for a time
#
# Now somebody wants to stand still *for two seconds*. What is yielded at the bottom of an `await` comes out of `send`. So let it
# be the number of seconds. The loop then keeps two things:
#
# - `ready`, the queue of those who can go on now,
# - `timers`, those who must wait, sorted by when they are due.

# %% sleeping
class Sleep:
    def __init__(self, delay):
        self.delay = delay

    def __await__(self):
        yield self.delay

# %% the whole loop
import heapq
import itertools
import time

def run(*coros):
    ready, timers, turns = deque(coros), [], itertools.count()
    while ready or timers:
        if not ready:
            due, _, coro = heapq.heappop(timers)
            time.sleep(max(0, due - time.monotonic()))
            ready.append(coro)
        coro = ready.popleft()
        try:
            delay = coro.send(None)
        except StopIteration:
            continue
        due = time.monotonic() + delay
        heapq.heappush(timers, (due, next(turns), coro))

# %% [markdown]
# There it is: with `Sleep`, not even thirty lines. When nobody is ready, it sleeps until the first timer is due. (`turns` counts,
# so that of two timers due at the same time the older one comes first.)
#
# **Notes:** walk through one round on the board: two columns, `ready` and `timers`. The learners move the names.

# %% [markdown]
# **Predict:** one sleeps for 1 second, then for 1 more. The other sleeps for 3. How many seconds does it all take?
#
# - 3
# - 4
# - 5
#
# **Asks:** line 6 of the output

# %% two sleepers
async def sleeper(name, *delays):
    for delay in delays:
        await Sleep(delay)
        print(name, 'slept for', delay)
    print(name, 'is done')

started = time.monotonic()
run(sleeper('one', 1, 1), sleeper('other', 3))
print(round(time.monotonic() - started))

# prints:
# one slept for 1
# one slept for 1
# one is done
# other slept for 3
# other is done
# 3

# %% [markdown]
# **Observe:** the three seconds of `other` run while `one` sleeps. Nobody works while they wait, so the waits can overlap. That
# is what all of asyncio is for: **waiting for many things at once**. It does not make computing any faster.

# %% [markdown]
# ## The real one
#
# asyncio's loop is this loop, with more to it: it also waits for sockets and for other threads, and it wraps each coroutine
# into a *task*, so that others can wait for its end. Here is the same program on it. The names will be explained one by one.

# %% [markdown]
# **Predict:** `main` waits for `one`, and after that for `other`. Type the number of seconds that it prints at the end.
#
# **Asks:** the last line of the output

# %% on asyncio
import asyncio

async def dreamer(name, *delays):
    for delay in delays:
        await asyncio.sleep(delay)
        print(name, 'slept for', delay)

async def main():
    one = asyncio.create_task(dreamer('one', 1, 1), name='one')
    other = asyncio.create_task(dreamer('other', 3), name='other')
    await one
    await other

started = time.monotonic()
asyncio.run(main())
print(round(time.monotonic() - started))

# prints:
# one slept for 1
# one slept for 1
# other slept for 3
# 3
# holds:
# - one and other waited at the same time
# - one took 3 steps
# - other took 2 steps
# - one was woken by sleep(1)
# - other was woken by sleep(3)

# %% [markdown]
# **Observe:** step through it, and watch the pane with the ready queue and the timers. `one` took three steps: to its first
# sleep, to its second, and to its end.

# %% [markdown]
# **Try:** call `run(sleeper('a', 1), sleeper('b', 1))`. Who is first, and why? Then let our own `run` drive `dreamer('c', 1)`, which awaits
# `asyncio.sleep`. What does our loop get there instead of a number of seconds?

# %% [markdown]
# **Exercise:** Mend this loop. It gives each coroutine *all* its steps before the next one gets any. They should take turns, one
# step each, in the order in which they were given.
#
# - An inner `while` runs one coroutine to its end. A loop that is fair gives one step and then looks at the queue again.
# - After a step, put the coroutine at the end of the queue, unless it has ended.
# - `StopIteration` is the sign that it has ended. Then go on with the next, and do not put it back.

# %% a loop that is not fair tags=["starter"]
from collections import deque

class Pause:
    def __await__(self):
        yield

async def count(name, number):
    for i in range(number):
        print(name, i)
        await Pause()

def run(*coros):
    ready = deque(coros)
    while ready:
        coro = ready.popleft()
        while True:
            try:
                coro.send(None)
            except StopIteration:
                break

run(count('a', 2), count('b', 3), count('c', 1))

# %% put back at the end tags=["solution"]
from collections import deque

class Pause:
    def __await__(self):
        yield

async def count(name, number):
    for i in range(number):
        print(name, i)
        await Pause()

def run(*coros):
    ready = deque(coros)
    while ready:
        coro = ready.popleft()
        try:
            coro.send(None)
        except StopIteration:
            continue
        ready.append(coro)

run(count('a', 2), count('b', 3), count('c', 1))

# prints:
# a 0
# b 0
# c 0
# a 1
# b 1
# b 2

# %% in rounds tags=["solution"]
class Pause:
    def __await__(self):
        yield

async def count(name, number):
    for i in range(number):
        print(name, i)
        await Pause()

def steps(coro):
    yield from coro.__await__()

def run(*coros):
    going = [steps(coro) for coro in coros]
    done = object()
    while going:
        going = [one for one in going if next(one, done) is not done]

run(count('a', 2), count('b', 3), count('c', 1))
