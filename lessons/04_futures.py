# %% [markdown]
# # Futures
#
# **Goal:** wait for a result that somebody else will bring, and make code with callbacks awaitable.
#
# **Section:** Awaitables: Futures
#
# **Hint:** a future is an empty box. One side awaits it, the other side fills it, once.
#
# **After:** awaitables

# %% [markdown]
# ## An empty box
#
# A **Future** is "a special low-level awaitable object that represents an eventual result". It runs nothing. It has a place for a
# result, and a list of those who want to know when it is there.
#
# `loop.create_future()` makes one. Here it is filled by hand; nobody waits yet.
#
# **Notes:** a lunch box with a name on it works well: one fills it, the other waits beside it.

# %% [markdown]
# **Predict:** what does the second line show, after `set_result('tea')`?
#
# - False tea
# - True tea
# - True None
#
# **Asks:** line 2 of the output

# %% filled by hand
import asyncio

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    try:
        future.result()
    except asyncio.InvalidStateError:
        print('no result yet, done is', future.done())
    future.set_result('tea')
    print(future.done(), future.result())

asyncio.run(main())

# prints:
# no result yet, done is False
# True tea
# holds:
# - main never waited

# %% [markdown]
# ## Awaiting one
#
# "When a Future object is awaited it means that the coroutine will wait until the Future is resolved in some other place."

# %% [markdown]
# **Order:** `guest` awaits the future, `cook` fills it. In which order do these lines come?
#
# - the cook has filled it
# - the guest waits
# - the guest has tea
# - the cook goes home

# %% guest and cook
async def guest(future):
    print('the guest waits')
    print('the guest has', await future)

async def cook(future):
    await asyncio.sleep(3)
    future.set_result('tea')
    print('the cook has filled it')
    await asyncio.sleep(0)
    print('the cook goes home')

async def main():
    future = asyncio.get_running_loop().create_future()
    one = asyncio.create_task(guest(future), name='guest')
    two = asyncio.create_task(cook(future), name='cook')
    await one
    await two

asyncio.run(main())

# prints:
# the guest waits
# the cook has filled it
# the guest has tea
# the cook goes home
# holds:
# - the cell took 3s
# - guest ended after 3s
# - %why guest says: in its step from line 6 to line 9, and so woke guest at line 3
# - guest took 2 steps
# - cook took 3 steps

# %% [markdown]
# **Observe:** `set_result` runs nobody. It puts those who wait into the queue, and the cook goes on with its step. The guest
# had its turn when the cook stood still.
#
# At the prompt, `%why guest` would say: "cook finished future 1 at 3s, in its step from line 6 to line 9, and so woke guest at
# line 3." Between lines 6 and 9 stands `set_result`.
#
# **Notes:** many expect the guest to run inside of `set_result`. Step to the line and show the ready queue.

# %% [markdown]
# ## Filled once
#
# A box can be filled once. Or it can be given an exception, which then comes out of the `await`.

# %% [markdown]
# **Predict:** the future gets an exception, and after that a result. What does `main` print last?
#
# - it has 42 now
# - it cannot be filled twice
# - main caught: no more tea
#
# **Asks:** the last line of the output

# %% an exception in the box
async def main():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError('no more tea'))
    try:
        await future
    except ValueError as error:
        print('main caught:', error)
    try:
        future.set_result(42)
        print('it has 42 now')
    except asyncio.InvalidStateError:
        print('it cannot be filled twice')

asyncio.run(main())

# prints:
# main caught: no more tea
# it cannot be filled twice
# holds:
# - main never waited

# %% [markdown]
# ## Callbacks
#
# Before `await` there were callbacks: functions to be called when something is done. A future has a list of them. They are not
# called inside `set_result`, but **soon**: they stand in the same queue as the tasks.

# %% [markdown]
# **Predict:** two lines are printed. Which is first?
#
# - called with 42
# - after set_result
#
# **Asks:** line 1 of the output

# %% soon, not at once
async def main():
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda box: print('called with', box.result()))
    future.set_result(42)
    print('after set_result')
    await asyncio.sleep(0)

asyncio.run(main())

# prints:
# after set_result
# called with 42
# holds:
# - main took 2 steps

# %% [markdown]
# ## What they are for
#
# "Future objects in asyncio are needed to allow callback-based code to be used with async/await." Say some library offers this:
# it calls you back, later.

# %% an old library
def measure(place, on_success, on_error):
    """Call on_success(degrees) or on_error(exception), later."""
    loop = asyncio.get_running_loop()
    if place == 'the moon':
        loop.call_later(2, on_error, ValueError('no such place'))
    else:
        loop.call_later(2, on_success, 21)

# %% [markdown]
# The bridge is always the same three lines: make a future, let the callbacks fill it, hand it out. Who calls
# `function_that_returns_a_future_object` may then await it. This is the chapter's example, with our own function and coroutine.
#
# **Chapter:** async def main(): await function_that_returns_a_future_object()
#
# **Notes:** somebody will ask whether one future for all calls would do. Let them try it in the Try cell.

# %% [markdown]
# **Predict:** `main` awaits such a future by itself, and then another one beside a coroutine that sleeps for one second. How
# long does the cell take?
#
# - 3s
# - 4s
# - 5s
#
# **Asks:** the time that the cell takes

# %% the bridge
def function_that_returns_a_future_object():
    future = asyncio.get_running_loop().create_future()
    measure('here', future.set_result, future.set_exception)
    return future

async def some_python_coroutine():
    await asyncio.sleep(1)
    return 'done'

async def main():
    await function_that_returns_a_future_object()

    # this is also valid:
    print(await asyncio.gather(
        function_that_returns_a_future_object(),
        some_python_coroutine()
    ))

asyncio.run(main())

# prints:
# [21, 'done']
# holds:
# - the cell took 4s
# - the cell made 2 tasks
# - main took 3 steps

# %% [markdown]
# **Observe:** only two tasks were made: `main`, and one for the coroutine. A future needs none, for there is nothing to run.
#
# "Normally **there is no need** to create Future objects at the application level code." Libraries make them, and so does the
# loop. One that you will meet is `loop.run_in_executor()`, which runs a function in a thread, and returns a future for its
# result.

# %% a future of the loop
async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, sum, [1, 2, 3])
    print(asyncio.isfuture(future), await future)

asyncio.run(main())

# prints:
# True 6
# holds:
# - the cell made 1 task

# %% [markdown]
# **Try:** let two guests await the *same* future, and fill it once. Do both get tea? Who is first? Then await a future that nobody ever
# fills: `await asyncio.get_running_loop().create_future()`. End it by Ctrl-C, unless corodemo has told you already, which asyncio never
# does, that nobody is left to wake it.

# %% [markdown]
# **Exercise:** `ring_later(seconds, callback)` calls back with the number of rings. Write `rings(seconds)` so that it can be
# awaited, and gives that number. Do not change `ring_later` or `main`.
#
# - `rings` needs a future that the callback fills.
# - `future.set_result` is a function of one argument, and so is the callback.
# - If `rings` is an `async def`, it must await the future itself and return what comes out.

# %% nobody brings the result tags=["starter"]
import asyncio

def ring_later(seconds, callback):
    asyncio.get_running_loop().call_later(seconds, callback, seconds * 2)

async def rings(seconds):
    return ring_later(seconds, print)

async def main():
    first, second = await asyncio.gather(rings(1), rings(2))
    print('heard', first, 'and', second)

asyncio.run(main())

# %% a coroutine around a future tags=["solution"]
import asyncio

def ring_later(seconds, callback):
    asyncio.get_running_loop().call_later(seconds, callback, seconds * 2)

async def rings(seconds):
    future = asyncio.get_running_loop().create_future()
    ring_later(seconds, future.set_result)
    return await future

async def main():
    first, second = await asyncio.gather(rings(1), rings(2))
    print('heard', first, 'and', second)

asyncio.run(main())

# prints:
# heard 2 and 4
# holds:
# - the cell took 2s

# %% a function that returns the future tags=["solution"]
import asyncio

def ring_later(seconds, callback):
    asyncio.get_running_loop().call_later(seconds, callback, seconds * 2)

def rings(seconds):
    future = asyncio.get_running_loop().create_future()
    ring_later(seconds, lambda count: future.done() or future.set_result(count))
    return future

async def main():
    first, second = await asyncio.gather(rings(1), rings(2))
    print('heard', first, 'and', second)

asyncio.run(main())
