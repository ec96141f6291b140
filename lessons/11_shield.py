# %% [markdown]
# # Shielding from cancellation
#
# **Goal:** keep a task alive though the one that waits for it is cancelled, and know what happens to it then.
#
# **Section:** Shielding From Cancellation
#
# **Hint:** a shield is a future between the one who waits and the task. A cancel reaches the shield, and stops there.
#
# **After:** gather

# %% [markdown]
# ## A cancel goes down
#
# In the lesson on cancellation a cancel went down the chain: whoever is cancelled while it awaits a task cancels that task. Often
# this is right. It is wrong when the work must not stop in the middle: a payment, or the writing of a file.
#
# **Notes:** draw boss, main and save as a chain, and let the cancel fall down along it. Then draw the shield as a gap.

# %% [markdown]
# **Predict:** `main` waits for `save` and is cancelled after one second. How many lines are printed?
#
# - 1
# - 2
# - 3
#
# **Asks:** the number of lines printed

# %% [markdown]
# **Predict:** the boss has just called `task.cancel()` on `main`, and now stands still. Which task is the next to run?
#
# - main
# - save
# - boss
#
# **When:** boss asked main to cancel
#
# **Asks:** the next task to run

# %% without a shield
import asyncio

async def save():
    print('save: begins')
    await asyncio.sleep(3)
    print('save: is done')
    return 'saved'

async def main():
    saving = asyncio.create_task(save(), name='save')
    print('main got', await saving)

async def boss(seconds):
    task = asyncio.create_task(main(), name='main')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(seconds)

asyncio.run(boss(5))

# prints:
# save: begins
# holds:
# - save was cancelled
# - main was cancelled
# - save ended before main

# %% [markdown]
# ## With a shield
#
# "The statement: `res = await shield(something())` is equivalent to: `res = await something()` *except* that if the coroutine
# containing it is cancelled, the Task running in `something()` is not cancelled. From the point of view of `something()`, the
# cancellation did not happen. Although its caller is still cancelled, so the `await` expression still raises a
# `CancelledError`."
#
# **Chapter:** res = await shield(something())
#
# **Chapter:** res = await something()

# %% [markdown]
# **Order:** the same, with a shield. The boss tells when `main` has ended. In which order?
#
# - save: is done
# - the boss sees: main has ended
# - save: begins

# %% shielded
async def main():
    saving = asyncio.create_task(save(), name='save')
    print('main got', await asyncio.shield(saving))

async def boss(seconds):
    task = asyncio.create_task(main(), name='main')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    print('the boss sees: main has ended')
    await asyncio.sleep(seconds)

asyncio.run(boss(5))

# prints:
# save: begins
# the boss sees: main has ended
# save: is done
# holds:
# - main was cancelled
# - main ended after 1s
# - save ended with 'saved'
# - save ended after 3s

# %% [markdown]
# **Observe:** `main` was cancelled at once, and `save` never noticed. So a shield does not keep `main` from being cancelled. It
# cuts the chain below it.

# %% [markdown]
# ## Who holds the task now?
#
# When `main` is gone, nobody waits for `save` any more, and maybe nobody refers to it. asyncio's loop would only keep a weak
# reference. And when the program ends, `asyncio.run` cancels what is left, shield or not.

# %% [markdown]
# **Predict:** the same again, but the boss leaves one second after `main` has ended. What is the last line?
#
# - save: is done
# - the boss sees: main has ended
# - save: begins
#
# **Asks:** the last line of the output

# %% the end of the program
asyncio.run(boss(1))

# prints:
# save: begins
# the boss sees: main has ended
# holds:
# - the cell took 2s
# - save was cancelled
# - save ended after 2s

# %% [markdown]
# **Observe:** so keep a reference to what you shield, and let somebody wait for it before the program ends.
#
# **Notes:** the usual misconception: that shield makes a task immortal.

# %% [markdown]
# ## Cancelled from below
#
# "If `something()` is cancelled by other means (i.e. from within itself) that would also cancel `shield()`." A shield protects
# in one direction only.

# %% [markdown]
# **Predict:** somebody cancels the inner task itself. What does `main` print?
#
# - main caught CancelledError
# - main got saved
#
# **Asks:** line 2 of the output

# %% the task itself is cancelled
async def main():
    saving = asyncio.create_task(save(), name='save')
    asyncio.get_running_loop().call_later(1, saving.cancel)
    try:
        print('main got', await asyncio.shield(saving))
    except asyncio.CancelledError:
        print('main caught CancelledError')

asyncio.run(main())

# prints:
# save: begins
# main caught CancelledError
# holds:
# - save was cancelled
# - the cell took 1s

# %% [markdown]
# ## To ignore a cancel altogether
#
# "If it is desired to completely ignore cancellation (not recommended) the `shield()` function should be combined with a
# try/except clause." That is how it looks; then `main` goes on without the result.
#
# **Chapter:** try: res = await shield(something()) except CancelledError: res = None

# %% ignored
from asyncio import CancelledError, shield

something = save

async def main():
    try:
        res = await shield(something())
    except CancelledError:
        res = None
    print('main goes on with', res)

asyncio.run(boss(5))

# prints:
# save: begins
# main goes on with None
# the boss sees: main has ended
# save: is done
# holds:
# - main swallowed a cancel
# - save ended with 'saved'

# %% [markdown]
# **Observe:** now the boss asked `main` to stop, and `main` went on. Here it was only one more line. Whoever waits for `main`
# to *end* may wait for long. Mostly it is better to finish the work, and then to pass the cancel on: the exercise does that.

# %% [markdown]
# ## Older programs
#
# The parameter `loop` is gone, as everywhere. And a shield around a bare coroutine must make a task, so it needs a running
# loop: "Deprecation warning is emitted if *aw* is not Future-like object and there is no running event loop."
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The "loop" parameter
#
# **Chapter:** Deprecated since version 3.10: Deprecation warning is emitted if *aw* is not Future-like object

# %% no loop asyncio="asyncio of Python 3.11 and later differs here from version to version"
import warnings

coro = save()
with warnings.catch_warnings(record=True) as warned:
    try:
        shield(coro)
    except RuntimeError as error:
        print(warned[0].category.__name__)
        print(error)
coro.close()

# prints:
# DeprecationWarning
# There is no current event loop in thread 'MainThread'.
# holds:
# - the cell made no task

# %% [markdown]
# **Try:** shield a coroutine that *fails* after its caller was cancelled. Who hears of the exception? Then let two tasks await
# a shield of the same inner task, and cancel only one of them.

# %% [markdown]
# **Exercise:** `pay` must not stop in the middle, and whoever cancels `order` must not have to wait in vain: `order` should end
# *cancelled*, but only after the payment is done. Mend `order`.
#
# - Keep the task: `paying = asyncio.create_task(pay())`. You need it twice.
# - Await a shield of it. If `CancelledError` comes, the payment still runs: await it, now without a shield.
# - After that, `raise`, so that the cancel is not swallowed.

# %% stopped in the middle tags=["starter"]
import asyncio

async def pay():
    print('paying')
    await asyncio.sleep(3)
    print('paid')

async def order():
    await pay()
    print('thank you')

async def main():
    task = asyncio.create_task(order(), name='order')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('order cancelled')

asyncio.run(main())

# %% wait, then raise tags=["solution"]
import asyncio

async def pay():
    print('paying')
    await asyncio.sleep(3)
    print('paid')

async def order():
    paying = asyncio.create_task(pay())
    try:
        await asyncio.shield(paying)
    except asyncio.CancelledError:
        await paying
        raise
    print('thank you')

async def main():
    task = asyncio.create_task(order(), name='order')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('order cancelled')

asyncio.run(main())

# prints:
# paying
# paid
# order cancelled
# holds:
# - order was cancelled
# - order ended after 3s

# %% finally tags=["solution"]
import asyncio

async def pay():
    print('paying')
    await asyncio.sleep(3)
    print('paid')

async def order():
    paying = asyncio.create_task(pay())
    try:
        await asyncio.shield(paying)
        print('thank you')
    finally:
        await asyncio.wait([paying])

async def main():
    task = asyncio.create_task(order(), name='order')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('order cancelled')

asyncio.run(main())
