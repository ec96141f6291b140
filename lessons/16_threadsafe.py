# %% [markdown]
# # From other threads
#
# **Goal:** give a running loop something to do from another thread, and wait there for the result.
#
# **Section:** Scheduling From Other Threads
#
# **Hint:** a loop has two doors for other threads: `call_soon_threadsafe`, and `run_coroutine_threadsafe`, which is made of it.
#
# **After:** to_thread

# %% [markdown]
# ## A loop belongs to one thread
#
# Nothing in a loop is guarded against two threads at once: no task, no future, no queue. And when there is nothing to do the
# loop sleeps. What another thread puts into its queue meanwhile does not wake it.
#
# So there is a door. `loop.call_soon_threadsafe(f, *args)` puts a call into the queue *and* wakes the loop, which then makes
# the call in its own thread.
#
# **Notes:** in asyncio the door is a pipe that the loop watches: `call_soon_threadsafe` writes one byte into it. Here a lock
# will do, as long as the loop watches no file. `corodemo/runtime/wakeup.py` is short.

# %% [markdown]
# **Predict:** a thread called `visitor` calls `tell` directly, and then through the door. What is the second line?
#
# - through the door: in visitor
# - through the door: in MainThread
#
# **Asks:** line 2 of the output

# %% the first door
import asyncio
import threading

def tell(how):
    print(f'{how}: in {threading.current_thread().name}')

def visitor(loop, over):
    tell('directly')
    loop.call_soon_threadsafe(tell, 'through the door')
    loop.call_soon_threadsafe(over.set_result, 'well')

async def main():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    threading.Thread(
        target=visitor, args=(loop, over), name='visitor').start()
    print('all is', await over)

asyncio.run(main())

# prints:
# directly: in visitor
# through the door: in MainThread
# all is well
# holds:
# - the cell made 1 task
# - main took 2 steps

# %% [markdown]
# **Observe:** the thread filled a future in the same way. That is how a thread tells a task that it is done; `to_thread` does
# nothing else.

# %% [markdown]
# ## No loop on this side
#
# In the other thread no loop runs. So whatever looks for the running loop finds none, and every call must be told *which* loop
# it is about.

# %% [markdown]
# **Predict:** what does the thread print?
#
# - the loop of main
# - no running event loop
#
# **Asks:** line 1 of the output

# %% where is the loop?
def visitor():
    try:
        asyncio.get_running_loop()
        print('the loop of main')
    except RuntimeError as error:
        print(error)

async def main():
    await asyncio.to_thread(visitor)

asyncio.run(main())

# prints:
# no running event loop
# holds:
# - the cell made 1 task

# %% [markdown]
# ## The second door
#
# `asyncio.run_coroutine_threadsafe(coro, loop)` submits a coroutine to a loop, and returns "a `concurrent.futures.Future` to
# wait for the result from another OS thread". "Unlike other asyncio functions this function requires the *loop* argument to be
# passed explicitly." (New in version 3.5.1.)
#
# Below is the chapter's example, in a function for the thread. `visit` lets any function visit the loop, and waits until it has
# ended.
#
# **Chapter:** # Create a coroutine coro = asyncio.sleep(1, result=3)

# %% a visit
async def visit(function, *args):
    loop = asyncio.get_running_loop()
    over = loop.create_future()

    def run():
        function(loop, *args)
        loop.call_soon_threadsafe(over.set_result, None)

    threading.Thread(target=run, name='visitor').start()
    await over

# %% [markdown]
# **Predict:** how many tasks are there?
#
# - 1
# - 2
#
# **Asks:** the number of tasks

# %% the second door
def visitor(loop, timeout):
    # Create a coroutine
    coro = asyncio.sleep(1, result=3)

    # Submit the coroutine to a given loop
    future = asyncio.run_coroutine_threadsafe(coro, loop)

    # Wait for the result with an optional timeout argument
    assert future.result(timeout) == 3
    print('the visitor has it')

async def main():
    await visit(visitor, 10)
    print('the visitor has gone')

asyncio.run(main())

# prints:
# the visitor has it
# the visitor has gone
# holds:
# - the cell took 1s
# - the cell made 2 tasks
# - sleep ended with 3

# %% [markdown]
# **Observe:** the coroutine ran as a task of the loop, in the loop's thread, while the visitor's *thread* stood still in
# `future.result()`. Two threads, and each waits for the other in its own way.

# %% [markdown]
# ## Three outcomes
#
# "If an exception is raised in the coroutine, the returned Future will be notified. It can also be used to cancel the task in
# the event loop." This is the chapter's second example.
#
# **Chapter:** try: result = future.result(timeout) except concurrent.futures.TimeoutError:

# %% ask
import concurrent.futures

def ask(loop, coro, timeout):
    future = asyncio.run_coroutine_threadsafe(coro, loop)
    try:
        result = future.result(timeout)
    except concurrent.futures.TimeoutError:
        print('The coroutine took too long, cancelling the task...')
        future.cancel()
    except Exception as exc:
        print(f'The coroutine raised an exception: {exc!r}')
    else:
        print(f'The coroutine returned: {result!r}')

# %% [markdown]
# **Order:** `main` lets it be asked for a coroutine that fails, then for one that never ends, then for one that returns 3. In
# which order do the lines come?
#
# - forever: cleaning up
# - The coroutine raised an exception: ValueError('no')
# - The coroutine took too long, cancelling the task...
# - The coroutine returned: 3

# %% asked three times
async def fail():
    raise ValueError('no')

async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        print('forever: cleaning up')

async def main():
    await visit(ask, fail(), 10)
    await visit(ask, forever(), 0.05)
    await visit(ask, asyncio.sleep(1, result=3), 10)

asyncio.run(main())

# prints:
# The coroutine raised an exception: ValueError('no')
# The coroutine took too long, cancelling the task...
# forever: cleaning up
# The coroutine returned: 3
# holds:
# - fail failed with ValueError('no')
# - forever was cancelled
# - sleep ended with 3
# - the cell made 4 tasks

# %% [markdown]
# **Observe:** the timeout was that of the *thread*. It did not touch the task; only `future.cancel()` did, through the door.

# %% [markdown]
# ## Not from the loop's own thread
#
# "This function is meant to be called from a different OS thread than the one where the event loop is running."

# %% [markdown]
# **Predict:** `main` submits a coroutine to its own loop and waits with `result(0.01)`. What is printed first?
#
# - the result is 42
# - timeout
# - computed
#
# **Asks:** line 1 of the output

# %% waiting for oneself
async def compute():
    print('computed')
    return 42

async def main():
    loop = asyncio.get_running_loop()
    future = asyncio.run_coroutine_threadsafe(compute(), loop)
    try:
        print('the result is', future.result(0.01))
    except TimeoutError:
        print('timeout')
    print('awaited:', await asyncio.wrap_future(future))

asyncio.run(main())

# prints:
# timeout
# computed
# awaited: 42
# holds:
# - compute ended with 42
# - main took 2 steps

# %% [markdown]
# **Observe:** `result()` blocks the thread. It was the loop's thread, so the loop could not run `compute`, and without a
# timeout the program would have stood still for ever. In a coroutine, `await`.
#
# **Notes:** two persons who each wait for the other to hang up.

# %% [markdown]
# ## Who checks?
#
# If a thread uses no door, asyncio says nothing. Sooner or later something is lost, or comes late. In debug mode it looks.

# %% no door, in debug mode
def visitor(loop):
    try:
        loop.call_soon(print, 'hello')
    except RuntimeError as error:
        print(str(error).split(' invoked')[0])

async def main():
    await visit(visitor)

asyncio.run(main(), debug=True)

# prints:
# Non-thread-safe operation
# holds:
# - main took 2 steps

# %% [markdown]
# **Try:** let a visitor *cancel* a task of the loop, once by `task.cancel()` and once through the door, and see when the task
# notices. (Let the task wait for an event that never comes, and let somebody else sleep.)

# %% [markdown]
# **Exercise:** `shopper` runs in a thread of its own and wants to know a price. `price` is a coroutine, and must run in the
# loop of `main`, which is passed in. Now it prints a coroutine object. Let it print `tea costs 3`.
#
# - In a thread there is no `await`. Which function takes a coroutine and a loop?
# - What it returns has a method `result()`, which waits.
# - Or go through the first door: `call_soon_threadsafe` can call a function that makes the task.

# %% never run tags=["starter"]
import asyncio
import threading

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

def shopper(loop, over):
    print('tea costs', price('tea'))
    loop.call_soon_threadsafe(over.set_result, None)

async def main():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    threading.Thread(target=shopper, args=(loop, over)).start()
    await over

asyncio.run(main())

# %% the second door tags=["solution"]
import asyncio
import threading

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

def shopper(loop, over):
    future = asyncio.run_coroutine_threadsafe(price('tea'), loop)
    print('tea costs', future.result())
    loop.call_soon_threadsafe(over.set_result, None)

async def main():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    threading.Thread(target=shopper, args=(loop, over)).start()
    await over

asyncio.run(main())

# prints:
# tea costs 3
# holds:
# - the cell made 2 tasks
# - the cell took 1s

# %% the first door, and a queue tags=["solution"]
import asyncio
import queue
import threading

async def price(thing):
    await asyncio.sleep(1)
    return len(thing)

def shopper(loop, over):
    answers = queue.SimpleQueue()

    async def answer():
        answers.put(await price('tea'))

    def start():
        tasks.append(asyncio.create_task(answer()))

    loop.call_soon_threadsafe(start)
    print('tea costs', answers.get())
    loop.call_soon_threadsafe(over.set_result, None)

tasks = []

async def main():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    threading.Thread(target=shopper, args=(loop, over)).start()
    await over

asyncio.run(main())
