# %% [markdown]
# # Who is there?
#
# **Goal:** ask from inside a program which task runs, which others there are, and where each of them stands.
#
# **Section:** Introspection; Task Object
#
# **Hint:** one task runs, the others stand at an `await`. `all_tasks` lists them all, `get_stack` says where one stands.
#
# **After:** threadsafe

# %% [markdown]
# ## Who am I?
#
# `asyncio.current_task()` returns "the currently running `Task` instance, or `None` if no task is running".
# `asyncio.all_tasks()` returns "a set of not yet finished `Task` objects run by the loop". Both are new in version 3.7.

# %% [markdown]
# **Predict:** `main` asks for its own name, then awaits a coroutine that asks the same. Type the second line.
#
# **Asks:** line 2 of the output

# %% the current task
import asyncio

async def ask():
    print('ask:', asyncio.current_task().get_name())

async def main():
    asyncio.current_task().set_name('boss')
    print('main:', asyncio.current_task().get_name())
    await ask()
    await asyncio.create_task(ask(), name='other')

asyncio.run(main())

# prints:
# main: boss
# ask: boss
# ask: other
# holds:
# - the cell made 2 tasks

# %% [markdown]
# **Observe:** to await a coroutine does not change who runs: it is the same task, one level deeper. Only a task of its own is
# another one.
#
# **Notes:** this settles the question whether a coroutine is a task.

# %% [markdown]
# ## When nobody runs
#
# The loop also runs plain callbacks, which belong to no task.

# %% [markdown]
# **Predict:** the callback asks for the current task. What is printed?
#
# - callback: None
# - callback: main
#
# **Asks:** line 1 of the output

# %% in a callback
def callback():
    print('callback:', asyncio.current_task())

async def main():
    asyncio.current_task().set_name('main')
    asyncio.get_running_loop().call_soon(callback)
    await asyncio.sleep(0)

asyncio.run(main())

# prints:
# callback: None
# holds:
# - main took 2 steps

# %% [markdown]
# Both functions ask the *running* loop, unless they are given another one. Where none runs, there is nobody to ask.

# %% no loop
asyncio.current_task()

# raises: RuntimeError: no running event loop
# holds:
# - the cell made no task

# %% [markdown]
# ## Who else is there?
#
# `current_task()` tells a task who it is itself. `all_tasks()` tells it who is there.

# %% [markdown]
# **Predict:** `one` ends after a second, `two` after three. `main` asks after two seconds who is there. Which line is it?
#
# - ['main', 'one', 'two']
# - ['main', 'two']
# - ['two']
#
# **Asks:** line 1 of the output

# %% all tasks
async def main():
    asyncio.current_task().set_name('main')
    tasks = [asyncio.create_task(asyncio.sleep(1), name='one'),
             asyncio.create_task(asyncio.sleep(3), name='two')]
    await asyncio.sleep(2)
    print(sorted(task.get_name() for task in asyncio.all_tasks()))

asyncio.run(main())

# prints:
# ['main', 'two']
# holds:
# - one ended after 1s
# - two was cancelled

# %% [markdown]
# **Observe:** the one who asks is in the set as well. A program that wants to wait for all others must leave itself out, or it
# would wait for itself: the exercise is about that.

# %% [markdown]
# ## Where does it stand?
#
# `task.get_stack()` returns "the list of stack frames for this Task". For a task that waits, "only one stack frame is
# returned": where its outermost coroutine stands. If a coroutine "was terminated by an exception, this returns the list of
# traceback frames". If it "has completed successfully or was cancelled, this returns an empty list".

# %% [markdown]
# **Predict:** the task waits in `inner`, which `outer` awaits. Which function does its stack name?
#
# - outer
# - inner
# - outer inner
#
# **Asks:** line 1 of the output

# %% three stacks
async def inner():
    await asyncio.sleep(1)
    raise ValueError('no')

async def outer():
    await inner()

def functions(task):
    return ' '.join(frame.f_code.co_name for frame in task.get_stack())

async def main():
    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    print(functions(task))
    await asyncio.wait([task])
    print(functions(task))
    done = asyncio.create_task(asyncio.sleep(0))
    await done
    print(f'[{functions(done)}]', task.exception())

asyncio.run(main())

# prints:
# outer
# outer inner
# [] no
# holds:
# - outer failed with ValueError('no')

# %% [markdown]
# **Observe:** a coroutine that stands still has handed its frame back, and keeps only a link to the coroutine that it awaits.
# asyncio does not follow that link. corodemo does: look at the stack in the stepper, or ask `%why outer`. `task.print_stack()`
# prints the same frames, like a traceback, to `sys.stderr`.
#
# **Notes:** compare with the stack pane of the stepper, which shows the whole chain.

# %% [markdown]
# ## How many?
#
# Both can be given a *limit*. "The newest frames of a stack are returned, but the oldest frames of a traceback are returned."

# %% [markdown]
# **Predict:** `deep` calls itself three times and then raises. What does a limit of 2 show of its traceback?
#
# - [3, 2]
# - [1, 0]
#
# **Asks:** line 1 of the output

# %% a limit
async def deep(number):
    if number == 0:
        raise ValueError('too deep')
    await deep(number - 1)

async def main():
    task = asyncio.create_task(deep(3))
    await asyncio.wait([task])
    frames = task.get_stack(limit=2)
    print([frame.f_locals['number'] for frame in frames])
    print(len(task.get_stack()), 'in all,', task.exception())

asyncio.run(main())

# prints:
# [3, 2]
# 4 in all, too deep
# holds:
# - deep failed with ValueError('too deep')

# %% [markdown]
# **Try:** print `task` itself while it waits, and read its `repr`: the state, the name, the coroutine with the line, and what
# it waits for. Then, at the prompt, start a few tasks and look at `%tree`: it asks the trace, and not the running program.

# %% [markdown]
# **Exercise:** Before it ends, `main` wants to wait for all tasks that are still there, whoever has made them. Now it waits for
# itself as well, which can never end.
#
# - Among `all_tasks()` there is the one who asks.
# - `current_task()` is what must be left out.
# - Tasks may make new tasks while you wait. Ask again, until nobody is left.

# %% waits for itself tags=["starter"]
import asyncio

async def child(name, seconds):
    await asyncio.sleep(seconds)
    print(name, 'is done')

async def family():
    asyncio.create_task(child('early', 1), name='early')
    asyncio.create_task(child('late', 3), name='late')

async def main():
    await family()
    await asyncio.gather(*asyncio.all_tasks())
    print('all are done')

asyncio.run(main())

# %% all but me tags=["solution"]
import asyncio

async def child(name, seconds):
    await asyncio.sleep(seconds)
    print(name, 'is done')

async def family():
    asyncio.create_task(child('early', 1), name='early')
    asyncio.create_task(child('late', 3), name='late')

async def main():
    await family()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(others)
    print('all are done')

asyncio.run(main())

# prints:
# early is done
# late is done
# all are done
# holds:
# - early ended after 1s
# - late ended after 3s
# - the cell took 3s
# - nothing was left waiting

# %% until nobody is left tags=["solution"]
import asyncio

async def child(name, seconds):
    await asyncio.sleep(seconds)
    print(name, 'is done')

async def family():
    asyncio.create_task(child('early', 1), name='early')
    asyncio.create_task(child('late', 3), name='late')

async def main():
    await family()
    me = asyncio.current_task()
    while others := [t for t in asyncio.all_tasks() if t is not me]:
        await others[0]
    print('all are done')

asyncio.run(main())
