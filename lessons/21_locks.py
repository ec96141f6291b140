# %% [markdown]
# # Locks and deadlock
#
# **Goal:** say where other tasks may come in between, keep them out with a lock, and find the ring when locks wait
# for each other.
#
# **Section:** Beyond the chapter: locks
#
# **After:** tasks
#
# **Hint:** look for the `await` between reading a thing and writing it. Everything can happen there, and nowhere
# else.

# %% [markdown]
# ## Read, wait, write
#
# Two people withdraw money from one account. Each program looks how much there is, asks somebody, which takes a
# second, and writes what is left.
#
# **Notes:** let somebody play ann and somebody bob, with a sheet of paper for the account. Each says aloud what
# they have seen before they sleep.

# %% [markdown]
# **Predict:** there are 100 on the account. One takes 30, the other 50. What is printed last?
#
# - 20 are left
# - 50 are left
# - 70 are left
#
# **Asks:** the last line of the output

# %% lost update
import asyncio

balance = 100

async def withdraw(amount):
    global balance
    seen = balance
    await asyncio.sleep(1)
    balance = seen - amount
    print(balance, 'are left')

async def main():
    await asyncio.gather(withdraw(30), withdraw(50))

asyncio.run(main())

# prints:
# 70 are left
# 50 are left
# holds:
# - the cell took 1s
# - the first withdraw and the second withdraw waited at the same time

# %% [markdown]
# **Observe:** both saw 100. The second one wrote what *it* had computed, over what the first had written: 30 are
# lost. This is a **race**: the result depends on who comes in between whom.
#
# Tasks take turns only at an `await` that stands still. So the dangerous place can be seen in the source: it is
# between `seen = balance` and `balance = ...`, because there is an `await` between the two. Without it no other
# task could come in.

# %% [markdown]
# **Predict:** the same, but it asks *first*, and then reads and writes without an `await` between. What is printed
# last?
#
# - 20 are left
# - 50 are left
# - 70 are left
#
# **Asks:** the last line of the output

# %% nothing in between
balance = 100

async def withdraw(amount):
    global balance
    await asyncio.sleep(1)
    balance = balance - amount
    print(balance, 'are left')

asyncio.run(main())

# prints:
# 70 are left
# 20 are left
# holds:
# - the cell took 1s

# %% [markdown]
# ## A lock
#
# Where the `await` must stand between, use an `asyncio.Lock`. One task at a time is inside `async with lock:`. Who
# comes while another one is inside waits in line, in order of arrival.

# %% [markdown]
# **Predict:** both ask for a second, as before. How long does the cell take now?
#
# - 0s
# - 1s
# - 2s
#
# **Asks:** the time that the cell takes

# %% one at a time
balance = 100

async def withdraw(amount, lock):
    global balance
    async with lock:
        seen = balance
        await asyncio.sleep(1)
        balance = seen - amount
    print(balance, 'are left')

async def main():
    lock = asyncio.Lock()
    await asyncio.gather(withdraw(30, lock), withdraw(50, lock))

asyncio.run(main())

# prints:
# 70 are left
# 20 are left
# holds:
# - the first withdraw took 2 steps
# - the second withdraw took 3 steps
# - the second withdraw waited for Lock.acquire
# - the second withdraw was woken by Lock.acquire
# - the second withdraw ended after 2s

# %% [markdown]
# **Observe:** the sum is right, and the price is time: what stands under a lock happens one after the other. So
# hold a lock as shortly as you can.

# %% [markdown]
# ## In line
#
# A lock is fair: those who wait get it in order of arrival, and who has just let go stands at the end of the line
# like everybody else.

# %% [markdown]
# **Order:** each speaks twice, and takes the lock anew each time. In which order are these lines printed?
#
# - ann for the second time
# - bob for the first time
# - bob for the second time
# - ann for the first time

# %% [markdown]
# **Predict:** ann has spoken and let the lock go, and at once asks for it again. Who takes the next step?
#
# - the first speak
# - the second speak
# - main
#
# **When:** the second speak was woken by Lock.acquire
#
# **Asks:** the next task to run

# %% fair
async def speak(name, lock):
    for time in ('first', 'second'):
        async with lock:
            await asyncio.sleep(1)
            print(name, 'for the', time, 'time')

async def main():
    lock = asyncio.Lock()
    await asyncio.gather(speak('ann', lock), speak('bob', lock))

asyncio.run(main())

# prints:
# ann for the first time
# bob for the first time
# ann for the second time
# bob for the second time
# holds:
# - the cell took 4s
# - the first speak waited for Lock.acquire
# - the second speak waited for Lock.acquire

# %% [markdown]
# ## More than one inside
#
# An `asyncio.Semaphore(n)` lets `n` tasks in at a time. With it one limits how many connections are open, or pages
# are fetched, at once.

# %% [markdown]
# **Predict:** five pages, 1 second each, at most two at a time. How long does it take?
#
# - 1s
# - 2.5s
# - 3s
# - 5s
#
# **Asks:** the time that the cell takes

# %% two at a time
async def fetch(page, limit):
    async with limit:
        await asyncio.sleep(1)
        print('page', page)

async def main():
    limit = asyncio.Semaphore(2)
    await asyncio.gather(*(fetch(page, limit) for page in range(1, 6)))

asyncio.run(main())

# prints:
# page 1
# page 2
# page 3
# page 4
# page 5
# holds:
# - the third fetch waited for Semaphore.acquire
# - the first fetch and the second fetch waited at the same time
# - the third fetch ended after 2s
# - the fifth fetch ended after 3s

# %% [markdown]
# ## Two locks
#
# Money is moved between two accounts, and each has a lock of its own. `transfer` takes the lock of the giver, then
# that of the taker. Two transfers run at the same time, in opposite directions.
#
# **Notes:** stop here until everybody has drawn the two tasks, the two locks, and the arrows. The ring is the
# whole lesson.

# %% [markdown]
# **Predict:** which of these holds at the end?
#
# - nothing was left waiting
# - the trace warns of deadlock
# - the cell took 2s
#
# **Asks:** which of these holds

# %% crossed asyncio="it would wait for ever"
async def transfer(giver, taker):
    async with giver:
        await asyncio.sleep(1)
        async with taker:
            print('done')

async def main():
    left, right = asyncio.Lock(), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(transfer(left, right), name='to the right')
        group.create_task(transfer(right, left), name='to the left')

asyncio.run(main())

# raises: Deadlock: deadlock: nothing is left that could wake what waits: 'to the right' waits for Lock.acquire at <cell 21>:4, which 'to the left' holds; 'to the left' waits for Lock.acquire at <cell 21>:4, which 'to the right' holds; 1 more waits because of them
# holds:
# - the cell took 1s
# - to the right waited for Lock.acquire
# - %why to the right says: 'to the right' waits for Lock.acquire at line 4, which 'to the left' holds; 'to the left' waits for Lock.acquire at line 4, which 'to the right' holds

# %% [markdown]
# **Observe:** each holds one lock and waits for the other's. Neither will let go before it has got the second, so
# both stand for ever. That is a **deadlock**: a ring of tasks of which each waits for the next.
#
# asyncio would hang, and say nothing. The loop that runs this lesson raises `Deadlock`. Its message names the ring,
# and so does `%why`:
#
# > 'to the right' waits for Lock.acquire at line 4, which 'to the left' holds; 'to the left' waits for Lock.acquire at line 4, which
# > 'to the right' holds.

# %% [markdown]
# ## No ring without crossing
#
# The cure costs one line: **take locks in the same order, everywhere.** Which order does not matter, so long as all
# keep to it. Here each account has a number, and the smaller number comes first.

# %% the same order
money = [100, 100]

async def transfer(amount, giver, taker, locks):
    first, second = sorted([giver, taker])
    async with locks[first], locks[second]:
        await asyncio.sleep(1)
        money[giver] -= amount
        money[taker] += amount

async def main():
    locks = [asyncio.Lock(), asyncio.Lock()]
    await asyncio.gather(
        transfer(30, 0, 1, locks), transfer(10, 1, 0, locks))
    print(money)

asyncio.run(main())

# prints:
# [80, 120]
# holds:
# - the cell took 2s
# - the first transfer took 2 steps
# - the second transfer waited for Lock.acquire
# - nothing was left waiting

# %% [markdown]
# **Try:** in "one at a time" write `async with lock` a second time, inside the first. A lock does not know who
# holds it: who waits for whom? Predict it, run it, and ask `%why`.

# %% [markdown]
# **Exercise:** Three philosophers sit at a round table. Between each two of them lies one fork, and who eats needs
# both: the one on the left and the one on the right. All take their left fork first, and nobody ever eats. There
# are three dumplings on the table. Change the program so that none is left.
#
# - Who waits for whom? Draw the ring, or ask `%why kant`.
# - The forks are needed: without them, two take the same dumpling.
# - A ring needs that everybody goes round in the same direction. What if one of them takes the right fork first?
# - Or let no more than two of them sit down at a time.
#
# **Notes:** a quarter of an hour. Some will take the forks away altogether: the check finds it, for then two take
# the same dumpling. Ask why.

# %% nobody eats tags=["starter"]
import asyncio

dumplings = 3

async def dine(left, right):
    global dumplings
    async with left:
        await asyncio.sleep(1)
        async with right:
            seen = dumplings
            await asyncio.sleep(1)
            dumplings = seen - 1

async def main():
    forks = [asyncio.Lock() for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        group.create_task(dine(forks[0], forks[1]), name='kant')
        group.create_task(dine(forks[1], forks[2]), name='hegel')
        group.create_task(dine(forks[2], forks[0]), name='arendt')
    print(dumplings, 'dumplings are left')

asyncio.run(main())

# %% one is different tags=["solution"]
import asyncio

dumplings = 3

async def dine(left, right):
    global dumplings
    async with left:
        await asyncio.sleep(1)
        async with right:
            seen = dumplings
            await asyncio.sleep(1)
            dumplings = seen - 1

async def main():
    forks = [asyncio.Lock() for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        group.create_task(dine(forks[0], forks[1]), name='kant')
        group.create_task(dine(forks[1], forks[2]), name='hegel')
        group.create_task(dine(forks[0], forks[2]), name='arendt')
    print(dumplings, 'dumplings are left')

asyncio.run(main())

# prints:
# 0 dumplings are left
# holds:
# - nothing was left waiting

# %% two at the table tags=["solution"]
import asyncio

dumplings = 3
chairs = asyncio.Semaphore(2)

async def dine(left, right):
    global dumplings
    async with chairs, left:
        await asyncio.sleep(1)
        async with right:
            seen = dumplings
            await asyncio.sleep(1)
            dumplings = seen - 1

async def main():
    forks = [asyncio.Lock() for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        group.create_task(dine(forks[0], forks[1]), name='kant')
        group.create_task(dine(forks[1], forks[2]), name='hegel')
        group.create_task(dine(forks[2], forks[0]), name='arendt')
    print(dumplings, 'dumplings are left')

asyncio.run(main())
