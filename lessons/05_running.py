# %% [markdown]
# # Running a program
#
# **Goal:** start an asyncio program with `asyncio.run`, and say what is tidied up when it ends.
#
# **Section:** Running an asyncio Program
#
# **Hint:** `asyncio.run` makes a loop, runs one coroutine to its end, cleans up behind it, and closes the loop.
#
# **After:** futures

# %% [markdown]
# ## The way in
#
# Ordinary code cannot `await`. `asyncio.run(coro)` is the door: it runs the coroutine to its end and returns its result. It
# was new in Python 3.7, and this is its example.
#
# **Chapter:** async def main(): await asyncio.sleep(1); print('hello')

# %% the example
import asyncio

async def main():
    await asyncio.sleep(1)
    print('hello')

asyncio.run(main())

# prints:
# hello
# holds:
# - the cell took 1s
# - the cell made 1 task

# %% [markdown]
# **Predict:** what comes out of `asyncio.run`? Type what is printed.
#
# **Asks:** line 1 of the output

# %% a result
async def double(number):
    await asyncio.sleep(1)
    return number * 2

print(asyncio.run(double(21)))

# prints:
# 42
# holds:
# - double ended with 42

# %% [markdown]
# An exception comes out as well, as from any call.

# %% an exception
async def main():
    raise ValueError('no')

asyncio.run(main())

# raises: ValueError: no
# holds:
# - main failed with ValueError('no')

# %% [markdown]
# ## A new loop each time
#
# "This function always creates a new event loop and closes it at the end. It should be used as a main entry point for asyncio
# programs, and should ideally only be called once." Nothing that belonged to the old loop works in a new one.

# %% [markdown]
# **Predict:** the first line says whether both runs had the same loop, the second whether the first loop is closed. Which?
#
# - True, then True
# - False, then True
# - False, then False
#
# **Asks:** line 1 of the output

# %% two runs, two loops
async def which_loop():
    return asyncio.get_running_loop()

first, second = asyncio.run(which_loop()), asyncio.run(which_loop())
print(f'{first is second}, then {first.is_closed()}')

# prints:
# False, then True
# holds:
# - the cell made 2 tasks

# %% [markdown]
# **Observe:** so a program that calls `asyncio.run` for each little thing can keep no task and no connection between two calls.
# One `main`, one `run`, and everything else inside of `main`.
#
# **Notes:** in a notebook a loop runs already, which is why `asyncio.run` fails there: everybody has met that.

# %% [markdown]
# ## Not from inside
#
# "This function cannot be called when another asyncio event loop is running in the same thread." For that would mean to run
# a whole second loop within one step of the first, while everybody there waits.

# %% [markdown]
# **Predict:** `main` calls `asyncio.run(double(21))`. What is printed first?
#
# - 42
# - asyncio.run() cannot be called from a running event loop
#
# **Asks:** line 1 of the output

# %% a run inside a run
async def main():
    coro = double(21)
    try:
        print(asyncio.run(coro))
    except RuntimeError as error:
        print(error)
    print('awaited:', await coro)

asyncio.run(main())

# prints:
# asyncio.run() cannot be called from a running event loop
# awaited: 42
# holds:
# - the cell made 1 task
# - main waited for sleep(1)

# %% [markdown]
# **Observe:** inside a coroutine there is a loop already. `await` is what you want there.

# %% [markdown]
# ## What if somebody still works?
#
# `run` runs *one* coroutine to its end. Tasks that are not done by then do not keep the program alive. (`create_task` lets the
# loop run a coroutine beside `main`. The next lesson is about it.)

# %% [markdown]
# **Order:** `news` sleeps for five seconds, and `main` ends after one. Put the lines in order.
#
# - run has returned
# - news: cleaning up
# - main is done

# %% left behind
async def news():
    try:
        await asyncio.sleep(5)
        print('news: nothing new')
    finally:
        print('news: cleaning up')

async def main():
    task = asyncio.create_task(news(), name='news')
    await asyncio.sleep(1)
    print('main is done')

asyncio.run(main())
print('run has returned')

# prints:
# main is done
# news: cleaning up
# run has returned
# holds:
# - the cell took 1s
# - news was cancelled
# - news ended after 1s
# - main never waited for news

# %% [markdown]
# **Observe:** at its end, `asyncio.run` **cancels** what is left, and waits until it has ended. A cancelled task gets an
# exception where it stands, so its `finally` runs. If a task's work matters, somebody must await the task.
#
# **Notes:** this cancel surprises those who come from threads, where the program would wait. Ask which is better, and for whom.

# %% [markdown]
# ## Asynchronous generators
#
# A generator that awaits may hold something open between two values. If the loop over it is left early, nobody asks it for more,
# and its `finally` could only run in a loop. `run` takes care of that: it is "finalizing asynchronous generators".

# %% [markdown]
# **Predict:** `main` takes one line and leaves. `reader` is still held by the variable `lines`. What is printed last?
#
# - reader: closed
# - main is done
# - run has returned
#
# **Asks:** the last line of the output

# %% a generator left early
async def reader():
    try:
        for number in range(3):
            await asyncio.sleep(1)
            yield f'line {number}'
    finally:
        print('reader: closed')

lines = reader()

async def main():
    async for line in lines:
        print(line)
        break
    print('main is done')

asyncio.run(main())

# prints:
# line 0
# main is done
# reader: closed
# holds:
# - the cell took 1s

# %% [markdown]
# ## What else it does
#
# In this order, when the coroutine has ended: cancel the tasks that are left, close the asynchronous generators, and close the
# **thread pool**, in which functions ran that would have blocked the loop. It waits for those threads. (Changed in version 3.9:
# this is done by `loop.shutdown_default_executor()`.) At last it closes the loop.
#
# You can read it: "The source code for asyncio.run() can be found in Lib/asyncio/runners.py". corodemo's is as short,
# in `corodemo/runtime/runners.py`, and `%source run` at the prompt shows it.
#
# **Chapter:** The source code for "asyncio.run()" can be found in
#
# **Chapter:** New in version 3.7; Changed in version 3.9: Updated to use "loop.shutdown_default_executor()"

# %% [markdown]
# ## Debug mode
#
# "If *debug* is True, the event loop will be run in debug mode": slower, and watchful. It complains about steps that take too
# long, and about calls from the wrong thread. The same is switched on by `PYTHONASYNCIODEBUG=1` or by `python -X dev`.

# %% watched
async def main():
    return asyncio.get_running_loop().get_debug()

print(asyncio.run(main()), asyncio.run(main(), debug=True))

# prints:
# False True
# holds:
# - the cell made 2 tasks

# %% [markdown]
# **Try:** since Python 3.11 there is `asyncio.Runner`, for several runs in *one* loop: `with asyncio.Runner() as runner:`, then
# `runner.run(which_loop())` twice. Is it the same loop now? And: `asyncio.run(double)`, without calling it. What do you read?

# %% [markdown]
# **Exercise:** This program calls `asyncio.run` three times: twice inside a coroutine, where it fails. Let it print the sum,
# with one run only.
#
# - What may a coroutine do that ordinary code cannot?
# - `price` must stay a coroutine function. `total` need not be an ordinary function.
# - Once `total` is an `async def`, who has to await whom?

# %% a run in a run tags=["starter"]
import asyncio

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

def total(things):
    return sum(asyncio.run(price(thing)) for thing in things)

async def main():
    print('total', total(['tea', 'bread']))

asyncio.run(main())

# %% awaiting one after the other tags=["solution"]
import asyncio

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

async def total(things):
    return sum([await price(thing) for thing in things])

async def main():
    print('total', await total(['tea', 'bread']))

asyncio.run(main())

# prints:
# total 8

# %% at the same time tags=["solution"]
import asyncio

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

async def main():
    prices = await asyncio.gather(price('tea'), price('bread'))
    print('total', sum(prices))

asyncio.run(main())
