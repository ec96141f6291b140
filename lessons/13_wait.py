# %% [markdown]
# # Waiting for some of many
#
# **Goal:** wait until the first of many is done, or the first fails, or a time is over, and go on with those that are left.
#
# **Section:** Waiting Primitives
#
# **Hint:** `wait` only looks. It cancels nothing, raises nothing, and gives back two sets.
#
# **After:** timeouts

# %% [markdown]
# ## Two sets
#
# `done, pending = await asyncio.wait(aws)` blocks until all are done, and "returns two sets of Tasks/Futures". Unlike `gather`
# it does not touch results: whether a task returned or failed, it is *done*. You ask it yourself.
#
# **Chapter:** done, pending = await asyncio.wait(aws)
#
# **Notes:** `wait` is the tool for those who want to decide themselves; `gather` and groups decide for you.

# %% [markdown]
# **Predict:** one of the two fails after one second, the other needs two. What does `main` print?
#
# - done 2, pending 0
# - done 1, pending 1
# - main caught: no
#
# **Asks:** line 1 of the output

# %% wait for all
import asyncio

async def work(delay):
    await asyncio.sleep(delay)
    return delay

async def fail(delay):
    await asyncio.sleep(delay)
    raise ValueError('no')

async def main():
    good = asyncio.create_task(work(2), name='good')
    bad = asyncio.create_task(fail(1), name='bad')
    try:
        done, pending = await asyncio.wait([good, bad])
        print(f'done {len(done)}, pending {len(pending)}')
    except ValueError as error:
        print('main caught:', error)
    print(good.result(), repr(bad.exception()))

asyncio.run(main())

# prints:
# done 2, pending 0
# 2 ValueError('no')
# holds:
# - the cell took 2s
# - bad failed with ValueError('no')
# - main took 2 steps

# %% [markdown]
# ## A time limit
#
# *timeout* is "the maximum number of seconds to wait before returning. Note that this function does not raise
# `asyncio.TimeoutError`. Futures or Tasks that aren't done when the timeout occurs are simply returned in the second set." And:
# "unlike `wait_for()`, `wait()` does not cancel the futures when a timeout occurs."

# %% [markdown]
# **Order:** `main` waits at most 1.5 seconds for three tasks of 1, 2 and 3 seconds, and then sleeps for 1 second. In which
# order do the lines come?
#
# - two is done
# - one is done
# - done ['one'], pending ['three', 'two']
# - main ends

# %% wait for a while
async def tell(name, delay):
    await asyncio.sleep(delay)
    print(name, 'is done')

def names(tasks):
    return sorted(task.get_name() for task in tasks)

async def main():
    tasks = [asyncio.create_task(tell(name, delay), name=name)
             for name, delay in [('one', 1), ('two', 2), ('three', 3)]]
    done, pending = await asyncio.wait(tasks, timeout=1.5)
    print(f'done {names(done)}, pending {names(pending)}')
    await asyncio.sleep(1)
    print('main ends')

asyncio.run(main())

# prints:
# one is done
# done ['one'], pending ['three', 'two']
# two is done
# main ends
# holds:
# - the cell took 2.5s
# - two ended after 2s
# - three was cancelled

# %% [markdown]
# **Observe:** `two` was in the set *pending* and ran on, since nobody told it to stop. `three` was cancelled in the end by
# `asyncio.run`, not by `wait`.

# %% [markdown]
# ## When to return
#
# *return_when* is one of three constants.
#
# | Constant | Returns when |
# |---|---|
# | `FIRST_COMPLETED` | any future finishes or is cancelled |
# | `FIRST_EXCEPTION` | any future finishes by raising an exception; if none does, as `ALL_COMPLETED` |
# | `ALL_COMPLETED` | all futures finish or are cancelled |

# %% [markdown]
# **Predict:** three tasks: one *ends* after 1 second, one is *cancelled* after 2, one *fails* after 3, and a fourth needs 4.
# After how many seconds does `FIRST_EXCEPTION` return?
#
# - 1
# - 2
# - 3
# - 4
#
# **Asks:** line 2 of the output

# %% each of the three
async def seconds_until(return_when):
    loop = asyncio.get_running_loop()
    started = loop.time()
    victim = asyncio.create_task(work(9))
    loop.call_later(2, victim.cancel)
    tasks = [asyncio.create_task(c) for c in (work(1), fail(3), work(4))]
    await asyncio.wait([victim, *tasks], return_when=return_when)
    seconds = loop.time() - started
    await asyncio.wait(tasks)
    tasks[1].exception()  # retrieved: nobody has to complain
    return seconds

async def main():
    print(f'{await seconds_until(asyncio.FIRST_COMPLETED):.0f}')
    print(f'{await seconds_until(asyncio.FIRST_EXCEPTION):.0f}')
    print(f'{await seconds_until(asyncio.ALL_COMPLETED):.0f}')

asyncio.run(main())

# prints:
# 1
# 3
# 4
# holds:
# - the cell took 12s

# %% [markdown]
# **Observe:** a cancel is no exception to `FIRST_EXCEPTION`. It waited for the task that failed.

# %% [markdown]
# ## The first answer wins
#
# The usual pattern: wait for the first, take its result, cancel the others. `wait` leaves the last part to you.

# %% [markdown]
# **Predict:** which task is the first to end?
#
# - hare
# - tortoise
# - main
#
# **Asks:** the first task to end

# %% a race
async def main():
    runners = [asyncio.create_task(tell('hare', 5), name='hare'),
               asyncio.create_task(tell('tortoise', 3), name='tortoise')]
    done, pending = await asyncio.wait(
        runners, return_when=asyncio.FIRST_COMPLETED)
    for late in pending:
        late.cancel()
    await asyncio.wait(pending)
    print('cancelled:', names(pending))

asyncio.run(main())

# prints:
# tortoise is done
# cancelled: ['hare']
# holds:
# - the cell took 3s
# - tortoise ended before hare
# - hare was cancelled
# - main asked hare to cancel

# %% [markdown]
# ## Not with coroutines
#
# In Python 3.10 one could pass a coroutine to `wait`. The chapter warns: "`wait()` schedules coroutines as Tasks automatically
# and later returns those implicitly created Task objects in `(done, pending)` sets. Therefore the following code won't work as
# expected." It is deprecated since version 3.8, and asyncio refuses it since 3.11. corodemo still does it, and warns.
#
# **Chapter:** "wait()" schedules coroutines as Tasks automatically and later returns
#
# **Chapter:** async def foo(): return 42; coro = foo()
#
# **Chapter:** Deprecated since version 3.8: If any awaitable in *aws* is a coroutine, it is automatically scheduled
#
# **Chapter:** Deprecated since version 3.8, will be removed in version 3.11: Passing coroutine objects to "wait()" directly
#
# **Notes:** why would `coro in done` be False? Ask for the types of both sides.

# %% [markdown]
# **Predict:** `coro` was passed to `wait`, and has run. Is it in the set `done`?
#
# - yes
# - no
#
# **Asks:** the last line of the output

# %% a coroutine in, a task out asyncio="wait() refuses coroutines since Python 3.11"
async def foo():
    return 42

async def main():
    coro = foo()
    done, pending = await asyncio.wait({coro})
    print(len(done), 'done')

    if coro in done:
        # This branch will never be run!
        print('yes')
    else:
        print('no')

asyncio.run(main())

# prints:
# DeprecationWarning: The explicit passing of coroutine objects to asyncio.wait() is deprecated since Python 3.8, and scheduled for removal in Python 3.11.
# 1 done
# no
# holds:
# - the cell made 2 tasks
# - foo ended with 42

# %% [markdown]
# "Here is how the above snippet can be fixed": make the task yourself. Then you have it in hand.
#
# **Chapter:** async def foo(): return 42; task = asyncio.create_task(foo())

# %% fixed
async def main():
    task = asyncio.create_task(foo())
    done, pending = await asyncio.wait({task})

    if task in done:
        # Everything will work as expected now.
        print('yes')

asyncio.run(main())

# prints:
# yes
# holds:
# - the cell made 2 tasks

# %% [markdown]
# "The *aws* iterable must not be empty." And the parameter `loop` is gone since 3.10, as everywhere.
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter

# %% nothing to wait for
await asyncio.wait([])

# raises: ValueError: Set of Tasks/Futures is empty.

# %% [markdown]
# **Try:** in the race, leave out the line with `late.cancel()`. What does the second `wait` do now? Then let the hare refuse to
# be cancelled.

# %% [markdown]
# **Exercise:** Three mirrors offer the same file; the quickest may fail. Print the first *successful* answer, as soon as it is
# there, and cancel the mirrors that still run. Now the program takes the first that ends, and that one has failed.
#
# - One `wait` is not enough: call it again with what is still pending, until a task without an exception is done.
# - `FIRST_EXCEPTION` is of no use here. You want the first success.
# - Before you ask `result()`, ask `exception()`.

# %% takes the first that ends tags=["starter"]
import asyncio

async def mirror(name, seconds):
    await asyncio.sleep(seconds)
    if seconds < 2:
        raise OSError(f'{name} is broken')
    return f'file from {name}'

async def main():
    tasks = [asyncio.create_task(mirror(name, seconds), name=name)
             for name, seconds in [('near', 1), ('far', 3), ('moon', 9)]]
    done, pending = await asyncio.wait(
        tasks, return_when=asyncio.FIRST_COMPLETED)
    print(done.pop().result())
    for task in pending:
        task.cancel()

asyncio.run(main())

# %% again and again tags=["solution"]
import asyncio

async def mirror(name, seconds):
    await asyncio.sleep(seconds)
    if seconds < 2:
        raise OSError(f'{name} is broken')
    return f'file from {name}'

async def main():
    pending = {asyncio.create_task(mirror(name, seconds), name=name)
               for name, seconds in [('near', 1), ('far', 3), ('moon', 9)]}
    answers = []
    while pending and not answers:
        done, pending = await asyncio.wait(
            pending, return_when=asyncio.FIRST_COMPLETED)
        answers = [one.result() for one in done if one.exception() is None]
    print(answers[0])
    for task in pending:
        task.cancel()

asyncio.run(main())

# prints:
# file from far
# holds:
# - the cell took 3s
# - moon was cancelled
# - near failed with OSError('near is broken')

# %% the first to succeed fills a future tags=["solution"]
import asyncio

async def mirror(name, seconds):
    await asyncio.sleep(seconds)
    if seconds < 2:
        raise OSError(f'{name} is broken')
    return f'file from {name}'

async def main():
    first = asyncio.get_running_loop().create_future()

    def look(task):
        if not task.cancelled() and task.exception() is None:
            first.done() or first.set_result(task.result())

    tasks = [asyncio.create_task(mirror(name, seconds), name=name)
             for name, seconds in [('near', 1), ('far', 3), ('moon', 9)]]
    for task in tasks:
        task.add_done_callback(look)
    print(await first)
    for task in tasks:
        task.cancel()

asyncio.run(main())
