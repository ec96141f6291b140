# %% [markdown]
# # Task objects
#
# **Goal:** ask a task whether it is done, for its result, its exception and its name; and say what happens to an exception in it.
#
# **Section:** Task Object
#
# **Hint:** a task is a future that is filled by its own coroutine: with what that returns, or with what it raises.
#
# **After:** creating

# %% [markdown]
# ## A future that runs
#
# A **Task** is "a Future-like object that runs a Python coroutine". It has all that a future has: `done()`, `result()`,
# `exception()`, callbacks; and it can be awaited. But nobody fills it from outside. Its coroutine does, at its end.
#
# A task is *done* when the coroutine "either returned a value, raised an exception, or the Task was cancelled". Then its state
# never changes again.

# %% [markdown]
# **Predict:** `main` makes the task and asks at once, then waits and asks again. What is the first line?
#
# - done: True
# - done: False
# - not even started
#
# **Asks:** line 1 of the output

# %% before and after
import asyncio

async def work():
    await asyncio.sleep(1)
    return 42

async def main():
    task = asyncio.create_task(work())
    print('done:', task.done())
    try:
        print(task.result())
    except asyncio.InvalidStateError:
        print('no result yet')
    await task
    print('done:', task.done(), '/', task.result(), '/', task.exception())

asyncio.run(main())

# prints:
# done: False
# no result yet
# done: True / 42 / None
# holds:
# - main waited for work
# - work ended with 42

# %% [markdown]
# **Observe:** `result()` never waits. It tells what is there, or raises `InvalidStateError`. To wait, `await`.

# %% [markdown]
# ## A coroutine that raises
#
# If a coroutine raises, nobody is above it who could catch that: the loop called it. So the task **keeps** the exception, and
# gives it to whoever asks.
#
# **Notes:** ask first where an exception goes that has no caller. Most say: it ends the program.

# %% [markdown]
# **Order:** `careless` raises after one second. `main` awaits it only after two. Put the lines in order.
#
# - main caught: no
# - main has slept
# - and again: no
# - careless raises

# %% an exception that is kept
async def careless():
    await asyncio.sleep(1)
    print('careless raises')
    raise ValueError('no')

async def main():
    task = asyncio.create_task(careless())
    await asyncio.sleep(2)
    print('main has slept')
    try:
        await task
    except ValueError as error:
        print('main caught:', error)
    print('and again:', task.exception())

asyncio.run(main())

# prints:
# careless raises
# main has slept
# main caught: no
# and again: no
# holds:
# - careless failed with ValueError('no')
# - careless ended after 1s
# - main never waited for careless
# - %why careless failed says: with ValueError('no') at line 4

# %% [markdown]
# **Observe:** `main` slept undisturbed while the exception lay in the task. It came out at `await task`, and `exception()`
# shows it without raising it. `%why careless failed` also tells of a warning: when it failed, nobody waited for it. Had nobody
# ever asked, the exception would have been *lost*. A later lesson looks for those.

# %% [markdown]
# ## What a task has not
#
# "`asyncio.Task` inherits from `Future` all of its APIs except `Future.set_result()` and `Future.set_exception()`."

# %% only its coroutine may
async def main():
    task = asyncio.create_task(work())
    task.set_result(43)

asyncio.run(main())

# raises: RuntimeError: Task does not support set_result operation
# holds:
# - the cell made 2 tasks

# %% [markdown]
# ## Callbacks
#
# `add_done_callback(f)` calls `f(task)` soon after the task is done. `remove_done_callback(f)` takes all of them that are `f`
# off the list, and returns how many these were. "This method should only be used in low-level callback-based code": `await`
# reads better.

# %% [markdown]
# **Predict:** `tell` is added twice, `log` once. Then `tell` is removed. How many lines are printed?
#
# - 1
# - 2
# - 3
#
# **Asks:** the number of lines printed

# %% added and removed
def tell(task):
    print('tell:', task.result())

def log(task):
    print('log:', task.result())

async def main():
    task = asyncio.create_task(work())
    task.add_done_callback(tell)
    task.add_done_callback(log)
    task.add_done_callback(tell)
    print('removed', task.remove_done_callback(tell))
    await task

asyncio.run(main())

# prints:
# removed 2
# log: 42
# holds:
# - main took 2 steps

# %% [markdown]
# ## Names
#
# A name is for people: for logs, for error messages, for the tree on this screen. Give it at `create_task(..., name=...)`, or
# later with `set_name`. Any object will do; it is turned into a string. (Both are new in version 3.8, as is `get_coro()`, which
# returns the coroutine object inside.)

# %% [markdown]
# **Predict:** type the first name that is printed. The task was renamed to the number 7.
#
# **Asks:** line 1 of the output

# %% renamed
async def main():
    task = asyncio.create_task(work(), name='worker')
    task.set_name(7)
    print(repr(task.get_name()))
    print('name=' in repr(task), task.get_coro().__name__)
    await task

asyncio.run(main())

# prints:
# '7'
# True work
# holds:
# - worker ended with 42

# %% [markdown]
# ## One at a time
#
# "Event loops use cooperative scheduling: an event loop runs one Task at a time. While a Task awaits for the completion of a
# Future, the event loop runs other Tasks, callbacks, or performs IO operations." So between two awaits nobody else can touch
# your variables. Across an await, everybody can.

# %% [markdown]
# **Predict:** two tasks add one each, but both read before either writes. What is printed?
#
# - 1
# - 2
#
# **Asks:** line 1 of the output

# %% across an await
total = 0

async def add():
    global total
    seen = total
    await asyncio.sleep(0)
    total = seen + 1

async def main():
    one = asyncio.create_task(add(), name='one')
    two = asyncio.create_task(add(), name='two')
    await one
    await two
    print(total)

asyncio.run(main())

# prints:
# 1
# holds:
# - one took 2 steps
# - two took 2 steps
# - one first ran before two

# %% [markdown]
# **Observe:** step back to the second line of `add` in each task. Both saw 0. Without the await in the middle, nothing could go
# wrong. ("Not thread-safe", says the chapter too: from another thread, leave a task alone.)
#
# **Notes:** the same mistake as with threads, but only at an `await`. That is what makes it findable.

# %% [markdown]
# ## Its own context
#
# "Tasks support the contextvars module. When a Task is created it copies the current context and later runs its coroutine in
# the copied context." What a task sets there, its maker does not see. (Changed in version 3.7: added support for the
# contextvars module.)
#
# **Chapter:** Changed in version 3.7: Added support for the "contextvars" module
#
# **Chapter:** Changed in version 3.8: Added the "name" parameter

# %% a copy
import contextvars

user = contextvars.ContextVar('user')

async def log_in():
    print('task sees', user.get())
    user.set('bob')

async def main():
    user.set('ann')
    await asyncio.create_task(log_in())
    print('main sees', user.get())

asyncio.run(main())

# prints:
# task sees ann
# main sees ann
# holds:
# - main waited for log_in

# %% [markdown]
# ## Making one by hand
#
# "Manual instantiation of Tasks is discouraged." Without a running loop it is deprecated since version 3.10: where should such
# a task run? And since the loop is always the running one, the parameter `loop` is of no use any more.
#
# **Chapter:** Deprecated since version 3.8, removed in version 3.10: The *loop* parameter
#
# **Chapter:** Deprecated since version 3.10: Deprecation warning is emitted if *loop* is not specified and there is no running event loop

# %% no loop, no task asyncio="Python's asyncio warns from 3.12 on, and takes a loop that may never run"
coro = work()
try:
    asyncio.Task(coro)
except RuntimeError as error:
    print(error)
coro.close()

# prints:
# DeprecationWarning: There is no current event loop
# There is no current event loop in thread 'MainThread'.
# holds:
# - the cell made no task

# %% [markdown]
# **Try:** let `careless` run without anybody awaiting it, and keep no reference: `asyncio.create_task(careless())`, then sleep.
# Who tells you about the exception, and when? Then ask the prompt `%why careless failed`.

# %% [markdown]
# **Exercise:** Three jobs run as tasks; one of them fails. The program stops at the first `await` that raises. Let it print,
# for each task in the order of the list, its name and either its result or its exception: `ok 1`, `bad ValueError('no')`, `late
# 2`.
#
# - `await task` raises what the task raised. `task.exception()` returns it instead, once the task is done.
# - Wait for each task inside `try`. After that the task can be asked.
# - `asyncio.wait(tasks)` waits until all are done, and raises nothing.

# %% stops at the first failure tags=["starter"]
import asyncio

async def job(delay, result):
    await asyncio.sleep(delay)
    if result is None:
        raise ValueError('no')
    return result

async def main():
    jobs = [('ok', 1, 1), ('bad', 2, None), ('late', 3, 2)]
    tasks = [asyncio.create_task(job(delay, result), name=name)
             for name, delay, result in jobs]
    for task in tasks:
        print(task.get_name(), await task)

asyncio.run(main())

# %% try around each await tags=["solution"]
import asyncio

async def job(delay, result):
    await asyncio.sleep(delay)
    if result is None:
        raise ValueError('no')
    return result

async def main():
    jobs = [('ok', 1, 1), ('bad', 2, None), ('late', 3, 2)]
    tasks = [asyncio.create_task(job(delay, result), name=name)
             for name, delay, result in jobs]
    for task in tasks:
        try:
            print(task.get_name(), await task)
        except ValueError as error:
            print(task.get_name(), repr(error))

asyncio.run(main())

# prints:
# ok 1
# bad ValueError('no')
# late 2
# holds:
# - ok ended with 1
# - bad failed with ValueError('no')
# - late ended with 2
# - the cell took 3s

# %% wait for all, then ask tags=["solution"]
import asyncio

async def job(delay, result):
    await asyncio.sleep(delay)
    if result is None:
        raise ValueError('no')
    return result

async def main():
    jobs = [('ok', 1, 1), ('bad', 2, None), ('late', 3, 2)]
    tasks = [asyncio.create_task(job(delay, result), name=name)
             for name, delay, result in jobs]
    await asyncio.wait(tasks)
    for task in tasks:
        error = task.exception()
        print(task.get_name(), repr(error) if error else task.result())

asyncio.run(main())
