# %% [markdown]
# # Queues and back-pressure
#
# **Goal:** hand work from task to task through a queue, keep a fast task from running away from a slow one, and
# know when all is done.
#
# **Section:** Beyond the chapter: queues
#
# **After:** tasks
#
# **Hint:** two lines stand beside a queue: those who wait for something, and those who wait for room. Who is in
# which?

# %% [markdown]
# ## One bakes, one eats
#
# Two tasks want to work at their own pace: one makes things, the other uses them. An `asyncio.Queue` stands
# between. `await queue.put(thing)` puts a thing in at one end, `await queue.get()` takes the oldest out at the
# other. If there is none, `get` waits.

# %% [markdown]
# **Predict:** a loaf takes 1 second to bake. `eat` is hungry from the beginning. What is printed second?
#
# - baked 1
# - baked 2
# - ate 1
#
# **Asks:** line 2 of the output

# %% [markdown]
# **Predict:** `bake` has just put the first loaf into the queue, and `eat` has waited for it. Who takes the next step?
#
# - bake
# - eat
# - main
#
# **When:** eat was woken by Queue.get
#
# **Asks:** the next task to run

# %% one queue
import asyncio

async def bake(queue):
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        print('baked', number)
        await queue.put(number)

async def eat(queue):
    for _ in range(3):
        number = await queue.get()
        print('ate', number)

async def main():
    queue = asyncio.Queue()
    await asyncio.gather(bake(queue), eat(queue))

asyncio.run(main())

# prints:
# baked 1
# ate 1
# baked 2
# ate 2
# baked 3
# ate 3
# holds:
# - the cell took 3s
# - eat waited for Queue.get
# - eat was woken by Queue.get
# - bake and eat waited at the same time
# - eat took 4 steps
# - %why eat says: bake finished Queue.get
# - %why eat says: and so woke eat at line 11

# %% [markdown]
# **Observe:** `eat` waited on `Queue.get` three times, and each time it was woken by what `bake` had put in. It did
# not have to look again and again. `%why eat` says:
#
# > bake finished Queue.get … and so woke eat at line 11.

# %% [markdown]
# ## A fast baker
#
# Now baking takes no time, and eating takes 1 second. The queue has no limit: there is always room, so `put` never
# has to wait.
#
# **Notes:** most will say 0 or 1: they think that `await` always gives way. Let them defend it before you step.

# %% [markdown]
# **Predict:** the baker counts the loaves on the shelf when all six are baked. How many lie there?
#
# - 0
# - 1
# - 6
#
# **Asks:** line 1 of the output

# %% no limit
async def bake(queue):
    for number in range(1, 7):
        await queue.put(number)
    print(queue.qsize())

async def eat(queue):
    for _ in range(6):
        number = await queue.get()
        await asyncio.sleep(1)
        print('ate', number)

async def main():
    queue = asyncio.Queue()
    await asyncio.gather(bake(queue), eat(queue))

asyncio.run(main())

# prints:
# 6
# ate 1
# ate 2
# ate 3
# ate 4
# ate 5
# ate 6
# holds:
# - the cell took 6s
# - bake never waited
# - bake took 1 step
# - bake ended after 0s

# %% [markdown]
# **Observe:** `bake` took a single step. An `await` on something that need not wait does not stand still, so `eat`
# was not even started before all was baked. With six loaves that does no harm. With six million, the shelf is your
# memory: a fast maker and a slow user, with nothing between them that says "stop", is how a program runs out of it.

# %% [markdown]
# ## Room for two
#
# `Queue(maxsize=2)` has room for two. When it is full, `put` waits until somebody takes one out. So the slow one
# sets the pace of the fast one. This is called **back-pressure**.

# %% [markdown]
# **Order:** the same two tasks and a shelf with room for two. In which order are these lines printed?
#
# - ate 6
# - the oven is off
# - ate 2
# - ate 4
#
# **Notes:** draw the shelf on the board: one loaf in the hand, two on the shelf. The oven goes off three loaves
# before the last one is eaten.

# %% room for two
async def bake(queue):
    for number in range(1, 7):
        await queue.put(number)
    print('the oven is off')

async def main():
    queue = asyncio.Queue(maxsize=2)
    await asyncio.gather(bake(queue), eat(queue))

asyncio.run(main())

# prints:
# ate 1
# ate 2
# ate 3
# the oven is off
# ate 4
# ate 5
# ate 6
# holds:
# - the cell took 6s
# - bake waited for Queue.put
# - bake was woken by Queue.put
# - bake ended after 3s
# - %why bake says: eat finished Queue.put

# %% [markdown]
# **Observe:** the whole took 6 seconds, as before: the eater decides that. But there were never more than two
# loaves on the shelf, and the oven was on for 3 seconds instead of none. Six loaves are one in the eater's hand,
# two on the shelf, and so three eaten before the last one found room.

# %% [markdown]
# ## Several workers, and the end
#
# A queue can be shared: every thing is given to *one* of those who get. Here three workers do six jobs. They do not
# know how many jobs there are, so they get for ever. Who says that it is over? The queue counts. `task_done()` says
# "the job that I got is done", and `await queue.join()` waits until that was said for every job that was put in.

# %% [markdown]
# **Predict:** a job takes 1 second. How long does the cell take?
#
# - 1s
# - 2s
# - 6s
#
# **Asks:** the time that the cell takes

# %% workers
async def work(queue):
    while True:
        job = await queue.get()
        await asyncio.sleep(1)
        queue.task_done()

async def main():
    queue = asyncio.Queue()
    for job in range(6):
        queue.put_nowait(job)
    workers = [asyncio.create_task(work(queue), name=f'worker-{n}')
               for n in (1, 2, 3)]
    await queue.join()
    print('all is done')
    for worker in workers:
        worker.cancel()

asyncio.run(main())

# prints:
# all is done
# holds:
# - main waited for Event.wait
# - worker-1 and worker-3 waited at the same time
# - main asked worker-2 to cancel
# - worker-2 was cancelled
# - worker-2 ended after 2s

# %% [markdown]
# **Observe:** when `join` came back, all three workers stood at `await queue.get()` and would stand there still. So
# `main` cancelled them: that is the usual end of a worker. `put_nowait` is a `put` that does not wait: if there is
# no room, it raises `QueueFull`.

# %% [markdown]
# ## Nobody eats any more
#
# Back-pressure has a danger. What if the eater goes home early? The baker waits for room, and `main` waits for the
# baker. asyncio would wait for ever. The loop that runs this lesson sees that nothing is left that could wake
# anybody, and raises `Deadlock`.
#
# **Notes:** on asyncio this program hangs. If you have a terminal at hand, show it: `python` with this file, and
# Ctrl-C. Then the same with `corodemo run`.

# %% [markdown]
# **Predict:** the eater takes three loaves and goes. The shelf has room for two. Type the number of loaves that
# were put on it when all stands still.
#
# **Asks:** the last line of the output

# %% the eater goes home asyncio="it would wait for ever"
async def bake(queue):
    for number in range(1, 7):
        await queue.put(number)
        print(number)

async def eat(queue):
    for _ in range(3):
        await queue.get()

async def main():
    queue = asyncio.Queue(maxsize=2)
    baker = asyncio.create_task(bake(queue), name='baker')
    await asyncio.gather(baker, eat(queue))

asyncio.run(main())

# prints:
# 1
# 2
# 3
# 4
# 5
# raises: Deadlock: deadlock: nothing is left that could wake what waits: 'baker' waits for Queue.put at <cell 21>:3, and nobody is left to wake it; 1 more waits because of it
# holds:
# - baker waited for Queue.put
# - the trace warns of deadlock
# - %why baker says: baker waits for Queue.put at line 3
# - %why baker says: Nobody has taken anything out of it since then, so there is no room

# %% [markdown]
# **Observe:** `%why baker` says what it waits for, since when, and what has not happened:
#
# > baker waits for Queue.put at line 3.
# >
# > Nobody has taken anything out of it since then, so there is no room.

# %% [markdown]
# **Try:** in "room for two", make the shelf as wide as one, then as wide as six. What changes: the time of the
# whole, or the time at which the oven goes off? Then let two tasks eat.

# %% [markdown]
# **Exercise:** Two workers do six jobs, 1 second each. The program does all of them and then hangs: the workers
# wait for a seventh job. Make it end by itself, with "all is done" as its last line.
#
# - At which line does a worker stand when the last job is done? Ask `%why` of it.
# - One way: let `main` wait for the jobs, not for the workers. The queue counts, if you tell it what is done.
# - Another: put in something that is no job and means "go home". How many of these do you need?

# %% it hangs tags=["starter"]
import asyncio

async def work(queue):
    while True:
        job = await queue.get()
        await asyncio.sleep(1)
        print('did', job)

async def main():
    queue = asyncio.Queue()
    workers = [asyncio.create_task(work(queue)) for _ in range(2)]
    for job in range(1, 7):
        await queue.put(job)
    await asyncio.gather(*workers)
    print('all is done')

asyncio.run(main())

# %% the queue counts tags=["solution"]
import asyncio

async def work(queue):
    while True:
        job = await queue.get()
        await asyncio.sleep(1)
        print('did', job)
        queue.task_done()

async def main():
    queue = asyncio.Queue()
    workers = [asyncio.create_task(work(queue)) for _ in range(2)]
    for job in range(1, 7):
        await queue.put(job)
    await queue.join()
    for worker in workers:
        worker.cancel()
    print('all is done')

asyncio.run(main())

# prints:
# did 1
# did 2
# did 3
# did 4
# did 5
# did 6
# all is done
# holds:
# - the cell took 3s

# %% go home tags=["solution"]
import asyncio

async def work(queue):
    while (job := await queue.get()) is not None:
        await asyncio.sleep(1)
        print('did', job)

async def main():
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(work(queue))
        for job in [1, 2, 3, 4, 5, 6, None, None]:
            await queue.put(job)
    print('all is done')

asyncio.run(main())
