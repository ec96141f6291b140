# %% [markdown]
# # Context variables
#
# **Goal:** give each task a value of its own, without handing it through every call, and say who sees a change and
# who does not.
#
# **Section:** Task Object; Beyond the chapter: context variables
#
# **After:** tasks
#
# **Hint:** a task gets a *copy* of its maker's context, when it is made. From then on each has its own.

# %% [markdown]
# ## One global for all
#
# A server answers several users at the same time, with a task for each. Deep inside, many functions want to know
# who the user is. A global variable is at hand.
#
# **Notes:** real leaks of this kind have shown one customer's data to another. There is no thread here, and no
# lock would help.

# %% [markdown]
# **Predict:** two users come at the same time, first ann, then bob. What is printed first?
#
# - the page of ann says: hello ann
# - the page of ann says: hello bob
# - the page of ann says: hello nobody
#
# **Asks:** line 1 of the output

# %% a global
import asyncio

user = 'nobody'

async def serve(name):
    global user
    user = name
    await asyncio.sleep(1)
    print(f'the page of {name} says: hello {user}')

async def main():
    await asyncio.gather(serve('ann'), serve('bob'))

asyncio.run(main())

# prints:
# the page of ann says: hello bob
# the page of bob says: hello bob
# holds:
# - the first serve and the second serve waited at the same time

# %% [markdown]
# **Observe:** while ann's task slept, bob's wrote his name into the global. Ann sees bob's page: that is a data
# leak, and there is no thread in it, just one `await`.

# %% [markdown]
# ## A value for each task
#
# A `ContextVar` looks like a variable and has `set` and `get`. What it holds is kept in a **context**, and each
# task has a context of its own.

# %% a context variable
from contextvars import ContextVar

user = ContextVar('user', default='nobody')

async def serve(name):
    user.set(name)
    await asyncio.sleep(1)
    print(f'the page of {name} says: hello {user.get()}')

asyncio.run(main())

# prints:
# the page of ann says: hello ann
# the page of bob says: hello bob
# holds:
# - the cell took 1s
# - the first serve and the second serve waited at the same time

# %% [markdown]
# ## A copy, when the task is made
#
# The chapter: *when a Task is created it copies the current context and later runs its coroutine in the copied
# context.* Note the two moments.

# %% [markdown]
# **Predict:** `main` changes the value after it has made the task, but before the task has run. What is printed
# first?
#
# - hello ann
# - hello bob
# - hello nobody
#
# **Asks:** line 1 of the output

# %% made, then changed
async def greet():
    print('hello', user.get())

async def main():
    user.set('ann')
    task = asyncio.create_task(greet())
    user.set('bob')
    await task
    print('main has', user.get())

asyncio.run(main())

# prints:
# hello ann
# main has bob
# holds:
# - greet was created by main
# - greet took 1 step

# %% [markdown]
# **Observe:** what counts is when the task was *made*, not when it ran. Step back to the line with `create_task`:
# at that moment ann's name was copied.

# %% [markdown]
# ## The way back
#
# What if the task changes the value? Its maker has the original, and the task has a copy. But mind: only tasks have
# a context of their own. A coroutine that is simply awaited runs *inside* the task that awaits it.

# %% [markdown]
# **Predict:** `rename` is run as a task first. What is printed after that?
#
# - after the task: ann
# - after the task: bob
#
# **Asks:** line 1 of the output

# %% [markdown]
# **Predict:** then `rename` is awaited, with no task around it. What is printed last?
#
# - after the await: ann
# - after the await: bob
# - after the await: carl
#
# **Asks:** the last line of the output
#
# **Notes:** the pair of questions is the point: a task has a context of its own, a coroutine has not.

# %% who sees it
async def rename(name):
    user.set(name)

async def main():
    user.set('ann')
    await asyncio.create_task(rename('bob'))
    print('after the task:', user.get())
    await rename('carl')
    print('after the await:', user.get())

asyncio.run(main())

# prints:
# after the task: ann
# after the await: carl
# holds:
# - the cell made 2 tasks
# - rename was created by main
# - main took 2 steps

# %% [markdown]
# **Observe:** so it matters whether you write `await rename(...)` or wrap it into a task. `gather`, `TaskGroup` and
# `ensure_future` make tasks of coroutines, so whatever these set is not seen outside.

# %% [markdown]
# ## The copy is flat
#
# A context maps variables to objects. The copy has the *same* objects in it.

# %% [markdown]
# **Predict:** both tasks put something into the basket that `main` has set. What does `main` find in it?
#
# - []
# - ['milk']
# - ['bread', 'milk']
#
# **Asks:** line 1 of the output

# %% one basket
basket = ContextVar('basket')

async def buy(what):
    basket.get().append(what)

async def main():
    basket.set([])
    await asyncio.gather(buy('bread'), buy('milk'))
    print(basket.get())

asyncio.run(main())

# prints:
# ['bread', 'milk']
# holds:
# - the first buy ended before the second buy

# %% [markdown]
# **Observe:** nobody called `set` in the tasks. They changed the one list that all three contexts refer to. Put
# values in that are not changed: strings, numbers, tuples. Or use this on purpose, to collect what tasks have to
# say.

# %% [markdown]
# ## Until later
#
# `set` returns a token, with which `reset` brings back what was there before. And a task can be given a context to
# run in, which you can look into afterwards: `create_task(coro, context=...)`, since Python 3.11.

# %% [markdown]
# **Predict:** `main` sets carl, takes that back, and runs `rename` in a context of its own. What is printed second?
#
# - main has ann
# - main has carl
# - main has dora
#
# **Asks:** line 2 of the output

# %% tokens and contexts
from contextvars import copy_context

async def main():
    user.set('ann')
    token = user.set('carl')
    print('for a moment:', user.get())
    user.reset(token)
    context = copy_context()
    await asyncio.create_task(rename('dora'), context=context)
    print('main has', user.get())
    print('its context has', context[user])

asyncio.run(main())

# prints:
# for a moment: carl
# main has ann
# its context has dora
# holds:
# - rename was created by main

# %% [markdown]
# **Observe:** callbacks have a context, too: `call_soon`, `call_later` and `add_done_callback` take a copy when
# they are *called*, and run the callback in it later. And `asyncio.to_thread` takes the context along into the
# thread.

# %% [markdown]
# **Try:** at the prompt all inputs share one context. Type `user.set('me')`, and in the next input `user.get()`.
# Then set it in an input that ends with `await asyncio.sleep(1)`. And what does a task see that was made two inputs
# ago?

# %% [markdown]
# **Exercise:** Three requests are handled at the same time, and each line of the log should say to which of them it
# belongs. But all say 3. Change the program so that each line has the right number. `log` and `read` must not get
# any further argument: in a real program there would be a hundred of such functions.
#
# - Who runs while request 1 waits in `read`?
# - A `ContextVar` holds a value for each task. Does `gather` make tasks?
# - Without a context variable: each task knows something about itself. `asyncio.current_task()` says which task runs.

# %% all say 3 tags=["starter"]
import asyncio

request = None

def log(text):
    print(f'request {request}: {text}')

async def read():
    await asyncio.sleep(1)
    log('has read')

async def handle(number):
    global request
    request = number
    log('begins')
    await read()

async def main():
    await asyncio.gather(handle(1), handle(2), handle(3))

asyncio.run(main())

# %% a variable for each task tags=["solution"]
import asyncio
from contextvars import ContextVar

request = ContextVar('request')

def log(text):
    print(f'request {request.get()}: {text}')

async def read():
    await asyncio.sleep(1)
    log('has read')

async def handle(number):
    request.set(number)
    log('begins')
    await read()

async def main():
    await asyncio.gather(handle(1), handle(2), handle(3))

asyncio.run(main())

# prints:
# request 1: begins
# request 2: begins
# request 3: begins
# request 1: has read
# request 2: has read
# request 3: has read
# holds:
# - the cell took 1s

# %% the task's own name tags=["solution"]
import asyncio

def log(text):
    print(f'{asyncio.current_task().get_name()}: {text}')

async def read():
    await asyncio.sleep(1)
    log('has read')

async def handle():
    log('begins')
    await read()

async def main():
    async with asyncio.TaskGroup() as group:
        for number in (1, 2, 3):
            group.create_task(handle(), name=f'request {number}')

asyncio.run(main())
