# %% [markdown]
# # As they are completed
#
# **Goal:** handle results in the order in which they come, each as soon as it is there.
#
# **Section:** Waiting Primitives
#
# **Hint:** the coroutines that `as_completed` gives are not yours. Each stands for "the next one that is done".
#
# **After:** wait

# %% [markdown]
# ## The next one, please
#
# `gather` gives all results when the last is there. `as_completed(aws)` runs the same awaitables, and lets you take one result
# after the other: it returns "an iterator of coroutines. Each coroutine returned can be awaited to get the earliest next result
# from the iterable of the remaining awaitables."
#
# **Chapter:** for coro in as_completed(aws): earliest_result = await coro

# %% [markdown]
# **Order:** they take 3, 1 and 2 seconds, and are given in this order. In which order do the lines come?
#
# - slow after 3s
# - quick after 1s
# - middling after 2s

# %% each when it is there
import asyncio
from asyncio import as_completed

async def work(name, delay):
    await asyncio.sleep(delay)
    return f'{name} after {delay}s'

async def main():
    aws = [work('slow', 3), work('quick', 1), work('middling', 2)]
    for coro in as_completed(aws):
        earliest_result = await coro
        print(earliest_result)

asyncio.run(main())

# prints:
# quick after 1s
# middling after 2s
# slow after 3s
# holds:
# - the cell took 3s
# - the cell made 4 tasks
# - main took 4 steps
# - the second work ended before the third work

# %% [markdown]
# **Observe:** `main` took four steps: it was woken once for each result. With `gather` it would have been woken once.

# %% [markdown]
# ## Whose result is it?
#
# The coroutines that come out are not those that went in. So they do not tell *whose* result it is. Let the result itself say
# it: return a pair.

# %% [markdown]
# **Predict:** is the first coroutine that comes out one of those that went in?
#
# - True
# - False
#
# **Asks:** line 1 of the output

# %% not the same coroutines
async def main():
    aws = [work('slow', 2), work('quick', 1)]
    coros = list(as_completed(aws))
    print(any(coro is aw for coro in coros for aw in aws))
    for coro in coros:
        print(await coro)

asyncio.run(main())

# prints:
# False
# quick after 1s
# slow after 2s
# holds:
# - the cell took 2s

# %% [markdown]
# **Observe:** here all of them were taken out before any result was there. Each is a ticket in a queue: the first ticket gets
# the first result, whoever it comes from.
#
# **Notes:** tickets at a counter are the picture: the ticket does not say which clerk will serve you.

# %% [markdown]
# ## Time to work in between
#
# A result waits for you if you are busy. Nobody else is held up by that, if you are busy *awaiting*.

# %% [markdown]
# **Predict:** handling one result takes 2 seconds. Three results come after 1, 2 and 3 seconds. How long does it take in all?
#
# - 6s
# - 7s
# - 9s
#
# **Asks:** the time that the cell takes

# %% handled one by one
async def handle(result):
    await asyncio.sleep(2)
    print('handled:', result)

async def main():
    aws = [work('slow', 3), work('quick', 1), work('middling', 2)]
    for coro in as_completed(aws):
        await handle(await coro)

asyncio.run(main())

# prints:
# handled: quick after 1s
# handled: middling after 2s
# handled: slow after 3s
# holds:
# - the cell took 7s
# - main took 5 steps

# %% [markdown]
# **Observe:** only the first result had to be waited for. The other two lay ready when `main` came back, and to await them did
# not take a step.
#
# **Notes:** ask how long it would take if `handle` used `time.sleep(2)`. (The same, but nobody else could run.)

# %% [markdown]
# ## When one fails
#
# The exception comes out when *its* turn comes. The loop goes on to the next one, if you catch it inside.

# %% [markdown]
# **Predict:** the second result is an exception. How many lines are printed?
#
# - 1
# - 2
# - 3
#
# **Asks:** the number of lines printed

# %% one fails
async def fail(delay):
    await asyncio.sleep(delay)
    raise ValueError(f'no, after {delay}s')

async def main():
    for coro in as_completed([work('slow', 3), fail(2), work('quick', 1)]):
        try:
            print(await coro)
        except ValueError as error:
            print('caught:', error)

asyncio.run(main())

# prints:
# quick after 1s
# caught: no, after 2s
# slow after 3s
# holds:
# - fail failed with ValueError('no, after 2s')

# %% [markdown]
# ## A limit for all
#
# "Raises `asyncio.TimeoutError` if the timeout occurs before all Futures are done." The limit is for all together, and counts
# from the beginning. What still runs then, is not cancelled.

# %% [markdown]
# **Predict:** the limit is 1.5 seconds, and `slow` needs 3. What is the last line?
#
# - the time is over
# - slow after 3s
# - slow is cancelled
#
# **Asks:** the last line of the output

# %% a limit
async def main():
    slow = asyncio.create_task(work('slow', 3), name='slow')
    try:
        for coro in as_completed([slow, work('quick', 1)], timeout=1.5):
            print(await coro)
    except TimeoutError:
        print('the time is over')
    print(await slow)

asyncio.run(main())

# prints:
# quick after 1s
# the time is over
# slow after 3s
# holds:
# - slow ended with 'slow after 3s'
# - main waited for slow

# %% [markdown]
# ## Since then
#
# In Python 3.13 the same object can be used with `async for`. Then what comes out are the tasks that you put in, already done,
# so you know whose result it is.

# %% the newer way asyncio="new in Python 3.13"
async def main():
    tasks = [asyncio.create_task(work('slow', 2), name='slow'),
             asyncio.create_task(work('quick', 1), name='quick')]
    async for task in as_completed(tasks):
        print(task.get_name(), '->', task.result())

asyncio.run(main())

# prints:
# quick -> quick after 1s
# slow -> slow after 2s
# holds:
# - quick ended before slow

# %% [markdown]
# Without a running loop there is nobody to run the awaitables. "Deprecation warning is emitted if not all awaitable objects in
# the *aws* iterable are Future-like objects and there is no running event loop." And the parameter `loop` is gone since 3.10.
#
# **Chapter:** Deprecated since version 3.10: Deprecation warning is emitted if not all awaitable objects in the *aws* iterable
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter

# %% no loop asyncio="asyncio of Python 3.11 and later differs here from version to version"
coro = work('x', 1)
try:
    list(as_completed([coro]))
except RuntimeError as error:
    print(error)
coro.close()

# prints:
# DeprecationWarning: There is no current event loop
# There is no current event loop in thread 'MainThread'.
# holds:
# - the cell made no task

# %% [markdown]
# **Try:** break out of the loop after the first result. What becomes of the others? Then take only the first result, with
# `next(iter(as_completed(aws)))`, and cancel the rest. What would you need for that, that `as_completed` does not give you?

# %% [markdown]
# **Exercise:** Shops answer after different times. The program shows the prices only when the last shop has answered. Show each
# one at once, with its name, and at the end the cheapest: it may stop as soon as all have answered.
#
# - `gather` returns when all are done. What gives you the next one that is done?
# - What comes out does not say from which shop it is. `ask` already returns the name with the price.
# - Keep what you have seen in a list, or keep the smallest so far.

# %% all at the end tags=["starter"]
import asyncio

async def ask(shop, seconds, price):
    await asyncio.sleep(seconds)
    return price, shop

async def main():
    shops = [('Adams', 3, 12), ('Brown', 1, 15), ('Clark', 2, 11)]
    answers = await asyncio.gather(*[ask(*shop) for shop in shops])
    for price, shop in answers:
        print(shop, price)
    print('cheapest:', min(answers)[1])

asyncio.run(main())

# %% as completed tags=["solution"]
import asyncio

async def ask(shop, seconds, price):
    await asyncio.sleep(seconds)
    return price, shop

async def main():
    shops = [('Adams', 3, 12), ('Brown', 1, 15), ('Clark', 2, 11)]
    answers = []
    for coro in asyncio.as_completed([ask(*shop) for shop in shops]):
        price, shop = await coro
        print(shop, price)
        answers.append((price, shop))
    print('cheapest:', min(answers)[1])

asyncio.run(main())

# prints:
# Brown 15
# Clark 11
# Adams 12
# cheapest: Clark
# holds:
# - the cell took 3s

# %% each shows itself tags=["solution"]
import asyncio

async def ask(shop, seconds, price):
    await asyncio.sleep(seconds)
    return price, shop

async def show(name, seconds, price):
    price, shop = await ask(name, seconds, price)
    print(shop, price)
    return price, shop

async def main():
    shops = [('Adams', 3, 12), ('Brown', 1, 15), ('Clark', 2, 11)]
    answers = await asyncio.gather(*[show(*shop) for shop in shops])
    print('cheapest:', min(answers)[1])

asyncio.run(main())
