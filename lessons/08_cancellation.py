# %% [markdown]
# # Cancellation
#
# **Goal:** cancel a task, say where and when its coroutine notices, and clean up on the way out.
#
# **Section:** Task Object
#
# **Hint:** `cancel()` is a request. It arrives as an exception, at the `await` where the task stands.
#
# **After:** tasks

# %% [markdown]
# ## A request
#
# `task.cancel()` asks a task to stop. It does not stop it there and then. It "arranges for a `CancelledError` exception to be
# thrown into the wrapped coroutine on the next cycle of the event loop". The coroutine then stands in the middle of its body
# with an exception in its hands, and may clean up like after any other.
#
# **Chapter:** async def cancel_me(): print('cancel_me(): before sleep')

# %% cancel me
import asyncio

async def cancel_me():
    print('cancel_me(): before sleep')

    try:
        # Wait for 1 hour
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        print('cancel_me(): cancel sleep')
        raise
    finally:
        print('cancel_me(): after sleep')

# %% [markdown]
# **Order:** `main` starts `cancel_me`, waits one second, cancels it, and awaits it. Put the lines in order.
#
# - cancel_me(): after sleep
# - main(): cancel_me is cancelled now
# - cancel_me(): before sleep
# - cancel_me(): cancel sleep

# %% its main
async def main():
    # Create a "cancel_me" Task
    task = asyncio.create_task(cancel_me())

    # Wait for 1 second
    await asyncio.sleep(1)

    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("main(): cancel_me is cancelled now")

asyncio.run(main())

# prints:
# cancel_me(): before sleep
# cancel_me(): cancel sleep
# cancel_me(): after sleep
# main(): cancel_me is cancelled now
# holds:
# - the cell took 1s
# - main asked cancel_me to cancel
# - cancel_me was cancelled
# - main waited for cancel_me
# - cancel_me took 2 steps

# %% [markdown]
# **Observe:** step through it. Three moments follow each other: the cancel is *requested* by `main`, *delivered* at the line
# with `sleep(3600)`, and *settled* when the exception has left the coroutine. The sleep's timer, an hour away, is taken off as
# well: "if a coroutine is awaiting on a Future object during cancellation, the Future object will be cancelled."
#
# **Notes:** requested, delivered, settled: write the three words down. All later talk of cancels uses them.

# %% [markdown]
# ## When does it arrive?
#
# `cancel()` itself returns at once. What has become of the task by then is another question.

# %% [markdown]
# **Predict:** right after `cancel()`, without any await in between, what does the first line say?
#
# - cancelled True, done True
# - cancelled False, done False
# - cancelled True, done False
#
# **Asks:** line 1 of the output

# %% asked at once
async def sleeper():
    await asyncio.sleep(3600)

async def main():
    task = asyncio.create_task(sleeper())
    await asyncio.sleep(1)
    task.cancel()
    print(f'cancelled {task.cancelled()}, done {task.done()}')
    await asyncio.wait([task])
    print(f'cancelled {task.cancelled()}, done {task.done()}')

asyncio.run(main())

# prints:
# cancelled False, done False
# cancelled True, done True
# holds:
# - main asked sleeper to cancel
# - sleeper was cancelled
# - main took 3 steps

# %% [markdown]
# **Observe:** the sleeper needs a step of its own to receive the exception, and it gets that when `main` stands still.
# `cancelled()` is true only when the exception has come *out* of the coroutine: "when the cancellation was requested with
# `cancel()` and the wrapped coroutine propagated the `CancelledError` exception thrown into it."

# %% [markdown]
# ## Before the first step
#
# A task that was only just made stands in the ready queue: not one of its lines has run.

# %% [markdown]
# **Predict:** the task is cancelled before it ever ran. It has a `finally`. How many lines are printed?
#
# - 1
# - 2
# - 3
#
# **Asks:** the number of lines printed

# %% never begun
async def tidy():
    print('tidy: begins')
    try:
        await asyncio.sleep(1)
    finally:
        print('tidy: cleans up')

async def main():
    task = asyncio.create_task(tidy())
    task.cancel()
    await asyncio.wait([task])
    print('cancelled:', task.cancelled())

asyncio.run(main())

# prints:
# cancelled: True
# holds:
# - tidy was cancelled
# - the cell took 0s

# %% [markdown]
# **Observe:** the exception was thrown into the body before its first line, so it never came to the `try`. What was not begun
# needs no cleaning up. But if you prepare something *before* you create the task, do not count on the task to clean it up.

# %% [markdown]
# ## Refusing
#
# "Unlike `Future.cancel()`, `Task.cancel()` does not guarantee that the Task will be cancelled, although suppressing
# cancellation completely is not common and is actively discouraged."

# %% [markdown]
# **Predict:** `stubborn` catches the exception and goes on. What does the last line say?
#
# - cancelled True
# - cancelled False, result 42
# - nothing: main waits for ever
#
# **Asks:** the last line of the output

# %% a request denied
async def stubborn():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print('stubborn: not me')
    await asyncio.sleep(5)
    return 42

async def main():
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(1)
    print('accepted:', task.cancel())
    result = await task
    print(f'cancelled {task.cancelled()}, result {result}')

asyncio.run(main())

# prints:
# accepted: True
# stubborn: not me
# cancelled False, result 42
# holds:
# - the cell took 6s
# - stubborn swallowed a cancel
# - stubborn ended with 42
# - %why stubborn cancelled says: swallowed it

# %% [markdown]
# **Observe:** `cancel()` returned True, for the task was not done yet: the *request* was accepted. It was then **swallowed**,
# and `main` waited five seconds more. Ask `%why stubborn cancelled`: it names the line that swallowed it. So after `except
# CancelledError` write `raise`, or better, use `finally`.
#
# **Notes:** ask who has written `except Exception` around an await. It does not catch `CancelledError`, since Python 3.8, and
# that is on purpose.

# %% [markdown]
# ## A message
#
# Since Python 3.9, `cancel(msg)` takes a message, which travels in the exception. It is for those who read logs.
#
# **Chapter:** Changed in version 3.9: Added the "msg" parameter

# %% with a message
async def main():
    task = asyncio.create_task(sleeper())
    await asyncio.sleep(1)
    task.cancel('no longer needed')
    try:
        await task
    except asyncio.CancelledError as error:
        print('because:', error.args[0])

asyncio.run(main())

# prints:
# because: no longer needed
# holds:
# - main asked sleeper to cancel

# %% [markdown]
# ## Who is cancelled here?
#
# `await task` raises `CancelledError` in `main` when *the task* was cancelled. It raises the same when *`main` itself* is
# cancelled while it waits. And then something more happens: a cancel goes on to what is waited for.
#
# **Notes:** let them say who asked whom, before the trace does.

# %% [markdown]
# **Predict:** `middle` awaits `inner`, a task of its own. Somebody cancels `middle`. Which ends first?
#
# - middle
# - inner
# - main
#
# **Asks:** the first task to end

# %% a cancel goes down
async def middle():
    inner = asyncio.create_task(sleeper(), name='inner')
    await inner

async def main():
    task = asyncio.create_task(middle(), name='middle')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(main())

# holds:
# - inner was cancelled
# - middle was cancelled
# - inner ended before middle
# - main asked middle to cancel

# %% [markdown]
# **Observe:** the cancel went down to the end of the chain first: `middle` waited for `inner`, so `inner` was cancelled, and
# *its* `CancelledError` came up through `middle`. If that is not what you want, there is `shield`, in a lesson of its own.

# %% [markdown]
# **Try:** cancel a task twice in a row, with two messages. Which one arrives? Cancel a task that is done already. What does
# `cancel()` return? Then write a `finally` that itself awaits: `await asyncio.sleep(1)`. How long does the cancel take now?

# %% [markdown]
# **Exercise:** The lock on the door must be opened again, however the guest's visit ends. Here it stays locked when the visit
# is cancelled. Mend `visit`. The visit must still end *cancelled*.
#
# - The line that prints `unlocked` is not reached when an exception is thrown at the `await`.
# - Which part of a `try` statement runs in any case?
# - If you catch `CancelledError`, raise it again. Or write no `except` at all.

# %% the door stays locked tags=["starter"]
import asyncio

async def visit():
    print('locked')
    await asyncio.sleep(60)
    print('unlocked')

async def main():
    task = asyncio.create_task(visit(), name='visit')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('the visit is over')

asyncio.run(main())

# %% finally tags=["solution"]
import asyncio

async def visit():
    print('locked')
    try:
        await asyncio.sleep(60)
    finally:
        print('unlocked')

async def main():
    task = asyncio.create_task(visit(), name='visit')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('the visit is over')

asyncio.run(main())

# prints:
# locked
# unlocked
# the visit is over
# holds:
# - visit was cancelled
# - the cell took 1s

# %% a context manager tags=["solution"]
import asyncio
from contextlib import contextmanager

@contextmanager
def locked_door():
    print('locked')
    try:
        yield
    finally:
        print('unlocked')

async def visit():
    with locked_door():
        await asyncio.sleep(60)

async def main():
    task = asyncio.create_task(visit(), name='visit')
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('the visit is over')

asyncio.run(main())
