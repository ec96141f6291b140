# %% [markdown]
# # Awaitables
#
# **Goal:** say what may stand after `await`, what happens to it there, and make an awaitable of your own.
#
# **Section:** Awaitables
#
# **Hint:** `await x` asks `x` for an iterator, by `x.__await__()`, and stands still wherever that yields.
#
# **After:** coroutines

# %% [markdown]
# ## Three kinds
#
# "We say that an object is an **awaitable** object if it can be used in an `await` expression." The chapter names three main
# kinds:
#
# - a **coroutine**: a body to be run, here and now;
# - a **Task**: a coroutine that the loop runs by itself, beside you;
# - a **Future**: a result that somebody else will put in.
#
# `inspect.isawaitable` tells what is one.

# %% [markdown]
# **Predict:** `nested` is a coroutine *function*, and `nested()` a coroutine *object*. Which may be awaited? The cell asks in
# this order, and prints True or False for each.
#
# - True True
# - True False
# - False True
#
# **Asks:** line 1 of the output

# %% the function or the object
import asyncio
import inspect

async def nested():
    return 42

coro = nested()
print(inspect.isawaitable(nested), inspect.isawaitable(coro))
coro.close()  # it will never run: say so, and Python does not warn

# prints:
# False True

# %% [markdown]
# ## What may not be awaited
#
# Forgetting the parentheses is a common slip. So is to await an ordinary function's result. Both raise `TypeError`, and the
# message names the type of what you gave.
#
# **Notes:** collect the messages that the class has met. *NoneType* is the most common one.

# %% [markdown]
# **Predict:** type the type that the first line names, in quotes or not: `await nested`, without parentheses, awaits an object of
# which type?
#
# **Asks:** line 1 of the output

# %% wrong things to await
import re

async def attempt(thing):
    try:
        await thing
    except TypeError as error:
        print(re.search(r"(?:object |')(\w+)", str(error))[1])

async def main():
    await attempt(nested)
    await attempt(42)
    await attempt([nested])
    await attempt(None)

asyncio.run(main())

# prints:
# function
# int
# list
# NoneType
# holds:
# - main never waited

# %% [markdown]
# **Observe:** the full message is "'function' object can't be awaited", and before Python 3.14 "object function can't be used in
# 'await' expression". When you read *NoneType* there, you have awaited the result of a function that returns nothing, such as a
# `print` or a `queue.put_nowait`.

# %% [markdown]
# ## The same await, three times
#
# Here is one of each kind, with the same result. A coroutine is run by whoever awaits it. A task runs anyway. A future runs
# nothing: it waits for somebody to call `set_result`. Here the loop does, after two seconds.

# %% [markdown]
# **Predict:** the task and the future are made before `main` waits for the first time. How long does the cell take?
#
# - 2s
# - 3s
# - 4s
#
# **Asks:** the time that the cell takes

# %% one of each kind
async def answer():
    await asyncio.sleep(1)
    return 42

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(2, future.set_result, 42)
    task = asyncio.create_task(answer(), name='task')

    print('coroutine', await answer())
    print('task', await task)
    print('future', await future)

asyncio.run(main())

# prints:
# coroutine 42
# task 42
# future 42
# holds:
# - the cell took 2s
# - the cell made 2 tasks
# - main and task waited at the same time
# - main was woken by sleep(1)
# - main waited for task

# %% [markdown]
# **Observe:** `answer()` was run twice, once inside `main` and once as a task, and both seconds were the same second. When `main`
# came to `await task`, only the last step of that was missing. `await` means "give me the result; if there is none yet, I stand
# still until there is". If there is one already, nobody stands still at all.
#
# **Notes:** let them count the runs of `answer` before you step.

# %% [markdown]
# ## How often?
#
# A future and a task keep their result. A coroutine is a run of a body, and a run can be had only once.

# %% [markdown]
# **Predict:** each of the two is awaited twice. What is the last line?
#
# - task 42 42
# - cannot reuse already awaited coroutine
# - coroutine 42 42
#
# **Asks:** the last line of the output

# %% awaited twice
async def main():
    task = asyncio.create_task(nested())
    print('task', await task, await task)

    coro = nested()
    try:
        print('coroutine', await coro, await coro)
    except RuntimeError as error:
        print(error)

asyncio.run(main())

# prints:
# task 42 42
# cannot reuse already awaited coroutine
# holds:
# - the cell made 2 tasks
# - main waited for nested

# %% [markdown]
# ## One of your own
#
# Any object with a method `__await__` that returns an iterator is awaitable. What the iterator yields goes down to the loop, and
# the loop understands only futures and `None` ("just let the others run"). So borrow: let the `__await__` of another awaitable do
# the work. What `__await__` returns is the value of the `await`.

# %% [markdown]
# **Order:** the clock is awaited by `main`, while a task named `other` runs. In which order do these lines come?
#
# - other runs
# - main got 3
# - ring 2
# - ring 1
# - ring 3

# %% an alarm clock
class Alarm:
    def __init__(self, times):
        self.times = times

    def __await__(self):
        for i in range(1, self.times + 1):
            yield from asyncio.sleep(1).__await__()
            print('ring', i)
        return self.times

async def other():
    print('other runs')

async def main():
    asyncio.create_task(other(), name='other')
    print('main got', await Alarm(3))

asyncio.run(main())

# prints:
# other runs
# ring 1
# ring 2
# ring 3
# main got 3
# holds:
# - the cell took 3s
# - main took 4 steps
# - main waited for sleep(1)
# - other took 1 step

# %% [markdown]
# **Observe:** to the loop, nothing here is special. It sees `main` wait for a sleep, three times. An awaitable is only a way to
# reach a future at the end of the chain: **every wait ends at a future**, and the next lesson is about those.

# %% [markdown]
# ## What goes down to the loop
#
# Yield something else from `__await__`, and it travels down the whole chain to the task. A task that does not understand
# says so, at the very `await`.

# %% what the loop does not understand asyncio="asyncio's message is shorter"
class Strange:
    def __await__(self):
        yield 'a pause, please'

async def main():
    await Strange()

asyncio.run(main())

# raises: RuntimeError: Task got bad yield: 'a pause, please'
# holds:
# - main took 2 steps

# %% [markdown]
# **Try:** make `Alarm` awaitable in another way: write `async def ring(self)` with an ordinary loop and `await
# asyncio.sleep(1)`, and let `__await__` return `self.ring().__await__()`. Is there anything that a task could notice?

# %% [markdown]
# **Exercise:** Make `Lazy` awaitable. The first `await` calls the function and waits for its coroutine; every later one gives the
# same result at once, without running it again.
#
# - `__await__` has to return an iterator. A method with `yield from` is one way; the `__await__()` of a coroutine is another.
# - Keep the result in `self`, and look there first.
# - A task may be awaited many times. What if `Lazy` made one, at the first await?

# %% not awaitable yet tags=["starter"]
import asyncio

async def slow():
    print('computing')
    await asyncio.sleep(1)
    return 42

class Lazy:
    def __init__(self, function):
        self.function = function

async def main():
    lazy = Lazy(slow)
    print(await lazy)
    print(await lazy)

asyncio.run(main())

# %% with yield from tags=["solution"]
import asyncio

async def slow():
    print('computing')
    await asyncio.sleep(1)
    return 42

class Lazy:
    def __init__(self, function):
        self.function, self.results = function, []

    def __await__(self):
        if not self.results:
            result = yield from self.function().__await__()
            self.results.append(result)
        return self.results[0]

async def main():
    lazy = Lazy(slow)
    print(await lazy)
    print(await lazy)

asyncio.run(main())

# prints:
# computing
# 42
# 42
# holds:
# - the cell took 1s

# %% with a task tags=["solution"]
import asyncio

async def slow():
    print('computing')
    await asyncio.sleep(1)
    return 42

class Lazy:
    def __init__(self, function):
        self.function, self.task = function, None

    def __await__(self):
        if self.task is None:
            self.task = asyncio.create_task(self.function())
        return self.task.__await__()

async def main():
    lazy = Lazy(slow)
    print(await lazy)
    print(await lazy)

asyncio.run(main())
