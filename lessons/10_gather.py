# %% [markdown]
# # Gather
#
# **Goal:** run several awaitables at once with one call, get their results in order, and say what happens when one fails.
#
# **Section:** Running Tasks Concurrently
#
# **Hint:** `gather` makes the tasks and one future for all of them. When one fails, that future fails at once; the others do
# not care.
#
# **After:** sleeping

# %% [markdown]
# ## Many at once
#
# `await asyncio.gather(*aws)` runs awaitables concurrently. "If any awaitable in *aws* is a coroutine, it is automatically
# scheduled as a Task." The result is a list of theirs: "the order of result values corresponds to the order of awaitables in
# *aws*."
#
# **Chapter:** import asyncio; async def factorial(name, number):
#
# **Notes:** five predictions are much; leave out those about cancelling with a first class.

# %% [markdown]
# **Predict:** this is the chapter's example. `A` computes `factorial(2)`, `B` 3 and `C` 4, and each sleeps for a second in each
# round. The fourth line is the first that is printed after one second. Which is it?
#
# - Task A: factorial(2) = 2
# - Task B: Compute factorial(3), currently i=3...
# - Task C: Compute factorial(4), currently i=3...
#
# **Asks:** line 4 of the output

# %% factorial
import asyncio

async def factorial(name, number):
    f = 1
    for i in range(2, number + 1):
        print(f"Task {name}: Compute factorial({number}), currently i={i}...")
        await asyncio.sleep(1)
        f *= i
    print(f"Task {name}: factorial({number}) = {f}")
    return f

async def main():
    # Schedule three calls *concurrently*:
    L = await asyncio.gather(
        factorial("A", 2),
        factorial("B", 3),
        factorial("C", 4),
    )
    print(L)

asyncio.run(main())

# prints:
# Task A: Compute factorial(2), currently i=2...
# Task B: Compute factorial(3), currently i=2...
# Task C: Compute factorial(4), currently i=2...
# Task A: factorial(2) = 2
# Task B: Compute factorial(3), currently i=3...
# Task C: Compute factorial(4), currently i=3...
# Task B: factorial(3) = 6
# Task C: Compute factorial(4), currently i=4...
# Task C: factorial(4) = 24
# [2, 6, 24]
# holds:
# - the cell took 3s
# - the cell made 4 tasks
# - the first factorial and the third factorial waited at the same time
# - the first factorial ended with 2
# - the third factorial ended with 24
# - main took 2 steps
# - %why main says: The end of factorial completed gather(3) at 3s, and so woke main at line 14

# %% [markdown]
# **Observe:** `main` took two steps. It did not wake when A was done, nor when B was, but once, when the last of them was.
# `%why main` says "The end of factorial completed gather(3) at 3s, and so woke main at line 14."

# %% [markdown]
# ## The order of the results
#
# The tasks end in whatever order they like. What comes back is one list.

# %% [markdown]
# **Predict:** the slow one is given first. Type the list that is printed at the end.
#
# **Asks:** the last line of the output

# %% [markdown]
# **Predict:** `quick` has just ended. Who runs next?
#
# - main
# - the first work
# - the second work
#
# **When:** the second work ended with 'quick'
#
# **Asks:** the next task to run

# %% slow and quick
async def work(name, delay):
    await asyncio.sleep(delay)
    print(name, 'is done')
    return name

async def main():
    print(await asyncio.gather(work('slow', 3), work('quick', 1)))

asyncio.run(main())

# prints:
# quick is done
# slow is done
# ['slow', 'quick']
# holds:
# - the second work ended before the first work

# %% [markdown]
# ## When one fails
#
# "If *return_exceptions* is False (default), the first raised exception is immediately propagated to the task that awaits on
# `gather()`. Other awaitables in the *aws* sequence **won't be cancelled** and will continue to run."

# %% [markdown]
# **Order:** `fail` raises after one second, `work` needs two. `main` catches the error and sleeps for three more. In which
# order do the lines come?
#
# - work is done
# - main caught: no
# - main has slept

# %% one fails, the other goes on
async def fail():
    await asyncio.sleep(1)
    raise ValueError('no')

async def main():
    try:
        await asyncio.gather(work('work', 2), fail())
    except ValueError as error:
        print('main caught:', error)
    await asyncio.sleep(3)
    print('main has slept')

asyncio.run(main())

# prints:
# main caught: no
# work is done
# main has slept
# holds:
# - fail failed with ValueError('no')
# - work ended with 'work'
# - work ended after 2s
# - the cell took 4s

# %% [markdown]
# **Observe:** `main` went on after one second, and `work` ran on, with nobody waiting for its result any more. Is that what you
# want? If not, use a task group: it cancels the others, and has a lesson of its own.
#
# **Notes:** this is the strongest argument for task groups. Keep the timeline open and point at `work`, which runs on alone.

# %% [markdown]
# ## Exceptions as results
#
# "If *return_exceptions* is True, exceptions are treated the same as successful results, and aggregated in the result list."

# %% [markdown]
# **Predict:** how long does `main` wait now?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% return exceptions
async def main():
    print(await asyncio.gather(
        work('work', 2), fail(), return_exceptions=True))

asyncio.run(main())

# prints:
# work is done
# ['work', ValueError('no')]
# holds:
# - the cell took 2s
# - main took 2 steps

# %% [markdown]
# ## Cancelling
#
# Two rules, in two directions:
#
# - "If `gather()` is cancelled, all submitted awaitables (that have not completed yet) are also cancelled."
# - "If any Task or Future from the *aws* sequence is cancelled, it is treated as if it raised `CancelledError`; the `gather()`
#   call is **not** cancelled in this case. This is to prevent the cancellation of one submitted Task/Future to cause other
#   Tasks/Futures to be cancelled."

# %% [markdown]
# **Predict:** one child cancels itself, so to say. Which of these holds?
#
# - work was cancelled
# - main was cancelled
# - work ended with 'work'
#
# **Asks:** which of these holds

# %% one child is cancelled
async def main():
    child = asyncio.create_task(asyncio.sleep(9), name='child')
    asyncio.get_running_loop().call_later(1, child.cancel)
    try:
        await asyncio.gather(child, work('work', 2))
    except asyncio.CancelledError:
        print('main caught CancelledError')
    await asyncio.sleep(2)

asyncio.run(main())

# prints:
# main caught CancelledError
# work is done
# holds:
# - child was cancelled
# - the cell took 3s

# %% [markdown]
# Now the other direction: the gather itself is cancelled, here because `main` is. (Changed in version 3.7: then "the
# cancellation is propagated regardless of *return_exceptions*".)
#
# **Chapter:** Changed in version 3.7: If the *gather* itself is cancelled

# %% the gather is cancelled
async def main():
    try:
        await asyncio.gather(
            work('one', 5), work('two', 6), return_exceptions=True)
    finally:
        print('main ends')

async def boss():
    task = asyncio.create_task(main(), name='main')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(boss())

# prints:
# main ends
# holds:
# - the cell took 1s
# - the first work was cancelled
# - the second work was cancelled
# - main was cancelled

# %% [markdown]
# ## Too late to cancel
#
# A note of the chapter: "If *return_exceptions* is False, cancelling gather() after it has been marked done won't cancel any
# submitted awaitables. For instance, gather can be marked done after propagating an exception to the caller."
#
# **Chapter:** If *return_exceptions* is False, cancelling gather() after it has been marked done
#
# **Notes:** only for those who ask; the note of the chapter is hard to read without the example.

# %% [markdown]
# **Predict:** `main` catches the exception and then cancels the gather. What is the last line?
#
# - cancelled: True
# - cancelled: False
# - work is done
#
# **Asks:** the last line of the output

# %% cancelled after it failed
async def main():
    both = asyncio.gather(work('work', 2), fail())
    try:
        await both
    except ValueError as error:
        print('cancelled:', both.cancel())
    await asyncio.sleep(3)

asyncio.run(main())

# prints:
# cancelled: False
# work is done
# holds:
# - work ended with 'work'

# %% [markdown]
# ## Without a loop
#
# `gather` returns a future, and a future belongs to a loop. "Deprecation warning is emitted if no positional arguments are
# provided or not all positional arguments are Future-like objects and there is no running event loop." And its `loop` parameter
# is gone since 3.10, like that of `sleep`.
#
# **Chapter:** Deprecated since version 3.10: Deprecation warning is emitted if no positional arguments are provided
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter

# %% no loop asyncio="asyncio of Python 3.11 and later differs here from version to version"
coro = work('work', 1)
try:
    asyncio.gather(coro)
except RuntimeError as error:
    print(error)
coro.close()

# prints:
# DeprecationWarning: There is no current event loop
# There is no current event loop in thread 'MainThread'.
# holds:
# - the cell made no task

# %% [markdown]
# **Try:** give the same coroutine object twice: `c = work('x', 1)`, then `await asyncio.gather(c, c)`. How many tasks, how many
# results? And what does `await asyncio.gather()` give?

# %% [markdown]
# **Exercise:** Four pages are loaded; one of them fails. The program should print the list of sizes, with `0` for a page that
# failed, and take three seconds. Now it loses all of it. Do not change `load`.
#
# - The exception of one page comes out of `gather`, and all results are lost. There is a way to get them as a list.
# - `return_exceptions=True` puts exceptions into the list. You can look for them there with `isinstance`.
# - Or catch the exception sooner: in a coroutine around `load`, which you gather instead.

# %% one failure loses all tags=["starter"]
import asyncio

async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == 'three':
        raise OSError('not found')
    return len(page)

async def main():
    pages = {'one': 1, 'two': 3, 'three': 2, 'four': 1}
    sizes = await asyncio.gather(*[load(*item) for item in pages.items()])
    print(sizes)

asyncio.run(main())

# %% exceptions in the list tags=["solution"]
import asyncio

async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == 'three':
        raise OSError('not found')
    return len(page)

async def main():
    pages = {'one': 1, 'two': 3, 'three': 2, 'four': 1}
    sizes = await asyncio.gather(
        *[load(*item) for item in pages.items()], return_exceptions=True)
    print([0 if isinstance(size, OSError) else size for size in sizes])

asyncio.run(main())

# prints:
# [3, 3, 0, 4]
# holds:
# - the cell took 3s

# %% caught around each tags=["solution"]
import asyncio

async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == 'three':
        raise OSError('not found')
    return len(page)

async def size_of(page, seconds):
    try:
        return await load(page, seconds)
    except OSError:
        return 0

async def main():
    pages = {'one': 1, 'two': 3, 'three': 2, 'four': 1}
    print(await asyncio.gather(*[size_of(*item) for item in pages.items()]))

asyncio.run(main())
