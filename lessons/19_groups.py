# %% [markdown]
# # Task groups
#
# **Goal:** start tasks in a block that does not end before they have, and say what happens to all of them when one
# fails.
#
# **Section:** Beyond the chapter: task groups
#
# **After:** gather
#
# **Hint:** ask of every task: which block waits for it, and what happens to it when that block has to end?

# %% [markdown]
# ## What `gather` leaves behind
#
# A page has three parts, and one of them cannot be had. The lesson on `gather` has shown what it does then: it
# hands the error to whoever awaits it, at once. What happens to the other parts?
#
# **Notes:** ask the class who would call this a bug of `gather`. It is not: the chapter says that the others
# "won't be cancelled". The question is who is left holding them.

# %% [markdown]
# **Predict:** `main` is told of the error after 1 second and prints "given up". Which line is the last?
#
# - text is here
# - given up: no such page
# - image is here
#
# **Asks:** the last line of the output

# %% gather goes on
import asyncio

async def fetch(what, delay):
    await asyncio.sleep(delay)
    print(what, 'is here')

async def broken():
    await asyncio.sleep(1)
    raise ValueError('no such page')

async def main():
    try:
        await asyncio.gather(
            fetch('text', 0.5), broken(), fetch('image', 3))
    except ValueError as error:
        print('given up:', error)
    await asyncio.sleep(5)

asyncio.run(main())

# prints:
# text is here
# given up: no such page
# image is here
# holds:
# - broken failed with ValueError('no such page')
# - main was woken by gather(3)
# - the second fetch ended after 3s

# %% [markdown]
# **Observe:** we had given up, and the image was fetched all the same. Nobody wanted it any more, and nobody waited
# for it. Such a task is easy to make and hard to find: it is an **orphan**.

# %% [markdown]
# ## A block that waits
#
# `asyncio.TaskGroup` (since Python 3.11) is used as a block: `async with`. Tasks are made by *its* method
# `create_task`. The block has one rule: **it does not end before its tasks have.**

# %% [markdown]
# **Order:** in which order are these lines printed?
#
# - after the block
# - image is here
# - both are made
# - text is here

# %% the block waits
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch('text', 1))
        group.create_task(fetch('image', 3))
        print('both are made')
    print('after the block')

asyncio.run(main())

# prints:
# both are made
# text is here
# image is here
# after the block
# holds:
# - the cell took 3s
# - main waited for TaskGroup(2)
# - main was woken by TaskGroup(2)
# - the first fetch and the second fetch waited at the same time
# - nothing was left waiting

# %% [markdown]
# **Observe:** there is no `await` inside the block, and yet `main` waited: at the *end* of the block, in line 2,
# where `async with` stands. The tree shows it as waiting on `TaskGroup(2)`. No task could be forgotten.
#
# A group returns no list of results. Keep the tasks, and ask each for its `result()` after the block: there they
# are all done.

# %% results
async def price(of, euro):
    await asyncio.sleep(euro)
    return euro

async def main():
    async with asyncio.TaskGroup() as group:
        bread = group.create_task(price('bread', 3))
        milk = group.create_task(price('milk', 1))
    print(bread.result() + milk.result(), 'euro')

asyncio.run(main())

# prints:
# 4 euro
# holds:
# - the cell took 3s
# - the second price ended before the first price

# %% [markdown]
# ## One fails
#
# Now the page from above, in a group. `broken` fails after 1 second. The block cannot end well any more. So the
# group **cancels all its other tasks**, waits until they have ended, and then lets the error out.
#
# Several tasks can fail, so the error comes in a parcel: an `ExceptionGroup`. `except*` (with a star) opens it: the
# clause gets a parcel of all errors of that type.

# %% [markdown]
# **Predict:** with `gather` the image came after 3 seconds. How long does this cell take?
#
# - 0.5s
# - 1s
# - 3s
#
# **Asks:** the time that the cell takes
#
# **Notes:** those who answer 3s remember that the block waits for all tasks. So it does: the group cancels them
# first, and then waits.

# %% a group stops the others
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch('text', 0.5), name='text')
            group.create_task(broken(), name='broken')
            group.create_task(fetch('image', 3), name='image')
    except* ValueError as parcel:
        print('given up:', parcel.exceptions)

asyncio.run(main())

# prints:
# text is here
# given up: (ValueError('no such page'),)
# holds:
# - text ended after 0.5s
# - broken failed with ValueError('no such page')
# - image was cancelled
# - image ended after 1s
# - %why image says: broken failed, so its TaskGroup cancelled image
# - %why image says: CancelledError was thrown into image at line 4

# %% [markdown]
# **Observe:** `image` ended in the same second as `broken`. Who cancelled it? Ask the trace: step back to where
# `image` ends and press `y`, or write `%why image` at the prompt.
#
# > broken failed, so its TaskGroup cancelled image.
# >
# > CancelledError was thrown into image at line 4.
#
# Line 4 is the `await` in `fetch`, where it stood. What had ended before, `text`, is not touched.

# %% [markdown]
# ## The block itself is cancelled, too
#
# What if `main` is still *inside* the block when a task fails, and waits for something quite different?

# %% [markdown]
# **Predict:** `main` sleeps for 10 seconds inside the block. `broken` fails after 1 second. Type the first line
# that is printed.
#
# **Asks:** line 1 of the output

# %% the body is asked to stop
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(broken())
            try:
                await asyncio.sleep(10)
                print('slept well')
            except asyncio.CancelledError:
                print('somebody wakes main up')
                raise
    except* ValueError:
        print('the page cannot be had')
    print('main goes on')

asyncio.run(main())

# prints:
# somebody wakes main up
# the page cannot be had
# main goes on
# holds:
# - the cell took 1s
# - main ended after 1s
# - %why main cancelled says: broken failed, so its TaskGroup cancelled main
# - %why main cancelled says: It became ExceptionGroup

# %% [markdown]
# **Observe:** the group cancelled `main`, whose block it is. That is why the rule can be kept: nobody hangs in a
# block that cannot end well. The `CancelledError` did not get out of the block. The group knew that this cancel was
# its own, took it back, and raised the errors instead. So `main` was not cancelled in the end: it went on.
#
# **Notes:** step back to the event "broken failed" and walk forward one event at a time: the callback of the
# group, the two cancels, the two deliveries. Ask who cancelled whom before each.

# %% [markdown]
# ## More than one error
#
# A task that is cancelled gets a last step to clean up, and that may fail as well.

# %% [markdown]
# **Predict:** how many errors are in the parcel?
#
# - 1
# - 2
# - 3
#
# **Asks:** line 1 of the output

# %% two of three
async def untidy():
    try:
        await asyncio.sleep(10)
    finally:
        raise OSError('the disk is full')

async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch('image', 3))
            group.create_task(untidy())
            group.create_task(broken())
    except ExceptionGroup as parcel:
        print(len(parcel.exceptions))
        print(*map(repr, parcel.exceptions), sep='\n')

asyncio.run(main())

# prints:
# 2
# ValueError('no such page')
# OSError('the disk is full')
# holds:
# - fetch was cancelled
# - untidy failed with OSError('the disk is full')
# - %why untidy cancelled says: broken failed, so its TaskGroup cancelled untidy

# %% [markdown]
# **Observe:** `fetch` was cancelled and is *not* in the parcel: to be cancelled, when asked to, is no error. With
# `gather` the second error would have been lost, for it can raise only one.

# %% [markdown]
# **Try:** let `main` of "a group stops the others" catch with `except ValueError` (no star), and read what comes
# out. Then make the task `text` with `asyncio.create_task` instead of `group.create_task`. Who waits for it now?

# %% [markdown]
# **Exercise:** `load_page` fetches three parts of a page. The image fails after 1 second; `main` says so and goes
# on to the next page. But the video of the first page still arrives in the middle of the next one. Change the
# program so that `load_page` leaves nothing running behind it. The names of the tasks must stay as they are.
#
# - When `load_page` is over, what about the task called video?
# - A block that does not end before its tasks is what you need: `async with asyncio.TaskGroup() as group:`.
# - What a group raises is a parcel. `except*` opens it.
# - It can be done without a group as well: cancel what is not done, and wait until it has ended.
#
# **Notes:** ten minutes. Both solutions are worth comparing on the screen: count the lines that make sure that
# nothing is left running.

# %% the video comes too late tags=["starter"]
import asyncio

async def fetch(what, delay):
    await asyncio.sleep(delay)
    if what == 'image':
        raise ValueError('no such image')
    print(what, 'is here')

async def load_page():
    tasks = [asyncio.create_task(fetch(what, delay), name=what)
             for what, delay in [('text', 0.5), ('image', 1), ('video', 3)]]
    try:
        await asyncio.gather(*tasks)
    except ValueError:
        print('the page is incomplete')

async def main():
    await load_page()
    await fetch('the next page', 5)

asyncio.run(main())

# %% with a group tags=["solution"]
import asyncio

async def fetch(what, delay):
    await asyncio.sleep(delay)
    if what == 'image':
        raise ValueError('no such image')
    print(what, 'is here')

async def load_page():
    try:
        async with asyncio.TaskGroup() as group:
            for what, delay in [('text', 0.5), ('image', 1), ('video', 3)]:
                group.create_task(fetch(what, delay), name=what)
    except* ValueError:
        print('the page is incomplete')

async def main():
    await load_page()
    await fetch('the next page', 5)

asyncio.run(main())

# prints:
# text is here
# the page is incomplete
# the next page is here
# holds:
# - video was cancelled
# - video ended after 1s
# - text ended after 0.5s

# %% by hand tags=["solution"]
import asyncio

async def fetch(what, delay):
    await asyncio.sleep(delay)
    if what == 'image':
        raise ValueError('no such image')
    print(what, 'is here')

async def load_page():
    tasks = [asyncio.create_task(fetch(what, delay), name=what)
             for what, delay in [('text', 0.5), ('image', 1), ('video', 3)]]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    if any(isinstance(result, ValueError) for result in results):
        print('the page is incomplete')

async def main():
    await load_page()
    await fetch('the next page', 5)

asyncio.run(main())
