# %% [markdown]
# # Before async and await
#
# **Goal:** read old programs with `@asyncio.coroutine` and `yield from`, and say what `await` really is.
#
# **Section:** Generator-based Coroutines
#
# **Hint:** a coroutine is a generator in other clothes. `await` is `yield from`, with a check of what stands behind it.
#
# **After:** introspection

# %% [markdown]
# ## A function that can stand still
#
# Python had such functions long before `async def`: **generators**. A `yield` stands still and gives a value out; `send` goes
# on. In the lesson on coroutines we drove a coroutine by hand. Here is the same with a generator.
#
# **Notes:** for a class that never saw generators this is a lesson in itself; then do it before the first one.

# %% [markdown]
# **Order:** in which order do the lines come?
#
# - we got one
# - stopped with 42
# - goes on
# - begins

# %% a generator by hand
def old():
    print('begins')
    yield 'one'
    print('goes on')
    return 42

generator = old()
print('we got', generator.send(None))
try:
    generator.send(None)
except StopIteration as stop:
    print('stopped with', stop.value)

# prints:
# begins
# we got one
# goes on
# stopped with 42

# %% [markdown]
# **Observe:** the same `send`, the same `StopIteration` with the result in it. `yield from other()` makes a chain: what `other`
# yields goes through, and what it returns is the value. "Generator-based coroutines predate async/await syntax. They are Python
# generators that use `yield from` expressions to await on Futures and other coroutines."

# %% [markdown]
# **Predict:** type the second line.
#
# **Asks:** line 2 of the output

# %% a chain
def outer():
    value = yield from old()
    print('outer has', value)

for request in outer():
    print('we got', request)

# prints:
# begins
# we got one
# goes on
# outer has 42

# %% [markdown]
# ## The decorator
#
# "Generator-based coroutines should be decorated with `@asyncio.coroutine`, although this is not enforced." The decorator
# "enables legacy generator-based coroutines to be compatible with async/await code". Here is the chapter's example.
#
# "Support for generator-based coroutines is **deprecated** and is scheduled for removal in Python 3.10." In fact it was removed
# in Python 3.11. corodemo keeps it, so that you can try it, and warns.
#
# **Chapter:** @asyncio.coroutine def old_style_coroutine(): yield from asyncio.sleep(1)
#
# **Chapter:** Support for generator-based coroutines is **deprecated** and is scheduled for removal
#
# **Chapter:** Deprecated since version 3.8, will be removed in version 3.11: Use "async def" instead

# %% [markdown]
# **Predict:** how many tasks does this cell make?
#
# - 1
# - 2
#
# **Asks:** the number of tasks

# %% the old style asyncio="removed in Python 3.11"
import asyncio

@asyncio.coroutine
def old_style_coroutine():
    yield from asyncio.sleep(1)

async def main():
    await old_style_coroutine()

asyncio.run(main())

# prints:
# DeprecationWarning: "@coroutine" decorator is deprecated since Python 3.8, use "async def" instead
# holds:
# - the cell took 1s
# - main waited for sleep(1)
# - main took 2 steps

# %% [markdown]
# **Observe:** to the loop there is no difference. `main` waits for a sleep, through a generator this time.

# %% [markdown]
# ## Without the decorator
#
# `await` is strict: it takes coroutines, and objects with `__await__`, and a plain generator is neither. The other way round,
# `yield from` in a plain generator does not take a coroutine.

# %% [markdown]
# **Predict:** what does `await plain()` do?
#
# - it sleeps for 1s
# - TypeError
#
# **Asks:** line 1 of the output

# %% not decorated
import asyncio

def plain():
    yield

async def main():
    try:
        await plain()
        print('it sleeps for 1s')
    except TypeError as error:
        print(type(error).__name__)
        print("it is about a generator:", 'generator' in str(error))

asyncio.run(main())

# prints:
# TypeError
# it is about a generator: True
# holds:
# - main never waited

# %% [markdown]
# The standard library still has the tool that does this one thing: `types.coroutine` marks a generator as awaitable. It is
# *not* deprecated. With it, the pause of the first lessons is two lines.

# %% types.coroutine
import types

@types.coroutine
def pause():
    yield

async def main():
    print('before')
    await pause()
    print('after')

asyncio.run(main())

# prints:
# before
# after
# holds:
# - main took 2 steps
# - the cell took 0s

# %% [markdown]
# **Observe:** a bare `yield` that comes down to the loop means: put me at the end of the queue. `asyncio.sleep(0)` is made of
# exactly that.

# %% [markdown]
# ## Telling them apart
#
# - `asyncio.iscoroutine(obj)` returns True "if *obj* is a coroutine object. This method is different from
#   `inspect.iscoroutine()` because it returns True for generator-based coroutines."
# - `asyncio.iscoroutinefunction(func)` returns True "if *func* is a coroutine function", and so for generator functions
#   "decorated with `@coroutine`". "This decorator should not be used for `async def` coroutines."
#
# **Notes:** only needed by those who write decorators or frameworks.

# %% [markdown]
# **Predict:** for the old style, `asyncio` and `inspect` are both asked whether it is a coroutine *function*. Which is the
# first line?
#
# - True True
# - True False
# - False False
#
# **Asks:** line 1 of the output

# %% asked twice asyncio="removed in Python 3.11"
import inspect

def ask(func):
    print(asyncio.iscoroutinefunction(func),
          inspect.iscoroutinefunction(func))
    coro = func()
    print(asyncio.iscoroutine(coro), inspect.iscoroutine(coro))
    coro.close()

async def new_style_coroutine():
    await asyncio.sleep(1)

ask(old_style_coroutine)
ask(new_style_coroutine)

# prints:
# True False
# True False
# True True
# True True
# holds:
# - the cell made no task

# %% [markdown]
# ## Old and new together
#
# A decorated generator may do with `yield from` what an `async def` does with `await`: wait for a coroutine, a task, a future.

# %% old awaits new asyncio="removed in Python 3.11"
import warnings
warnings.simplefilter('ignore', DeprecationWarning)

async def new(number):
    await asyncio.sleep(number)
    return number

@asyncio.coroutine
def both():
    one = yield from new(1)
    task = asyncio.create_task(new(2))
    two = yield from task
    return one + two

print(asyncio.run(both()))

# prints:
# 3
# holds:
# - the cell took 3s
# - the cell made 2 tasks
# - both waited for new

# %% [markdown]
# **Try:** write `async def` where `both` has `def`, and leave `yield from`. What does Python say, and why must it? (Hint: what
# would `yield` mean in an `async def`?)

# %% [markdown]
# **Exercise:** This program still runs on corodemo, and on no Python since 3.11. Bring it up to date: no `@asyncio.coroutine`,
# no warning, the same output, the same two seconds.
#
# - `@asyncio.coroutine` over `def` becomes `async def`.
# - `yield from` becomes `await`.
# - Or keep the generators, and mark them with `types.coroutine`. Then `asyncio.sleep(1)` must be reached by its `__await__()`.

# %% from the old days asyncio="removed in Python 3.11" tags=["starter"]
import asyncio

@asyncio.coroutine
def greet(name):
    yield from asyncio.sleep(1)
    return f'hello {name}'

@asyncio.coroutine
def main():
    for name in ['ann', 'bob']:
        print((yield from greet(name)))

asyncio.run(main())

# %% async and await tags=["solution"]
import asyncio

async def greet(name):
    await asyncio.sleep(1)
    return f'hello {name}'

async def main():
    for name in ['ann', 'bob']:
        print(await greet(name))

asyncio.run(main())

# prints:
# hello ann
# hello bob
# holds:
# - the cell took 2s
# - the cell made 1 task

# %% types.coroutine tags=["solution"]
import asyncio
import types

@types.coroutine
def greet(name):
    yield from asyncio.sleep(1).__await__()
    return f'hello {name}'

async def main():
    for name in ['ann', 'bob']:
        print(await greet(name))

asyncio.run(main())
