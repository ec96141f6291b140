# %% [markdown]
# # Debugging with traces
#
# **Goal:** record a program of your own, look at any moment of its past, ask why, and hand all of that to somebody
# else as one file.
#
# **Section:** Beyond the chapter: debugging with traces
#
# **After:** locks
#
# **Hint:** do not guess. Find the moment when it goes wrong, and ask what each task waits for at that moment.

# %% [markdown]
# ## Something is slow
#
# Three pages are fetched, each in a task of its own, and each takes a second. They run beside each other. Somebody
# has added a `line` since.
#
# **Notes:** do not let anybody explain it yet. The lesson is about how to find it when the source is too long to
# be read.

# %% [markdown]
# **Predict:** how long does it take?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% the program
import asyncio

async def fetch(line):
    async with line:
        await asyncio.sleep(1)

async def main():
    line = asyncio.Semaphore(1)
    async with asyncio.TaskGroup() as group:
        for page in ('news', 'sport', 'weather'):
            group.create_task(fetch(line), name=page)

asyncio.run(main())

# holds:
# - the cell took 3s
# - news first ran before sport
# - sport waited for Semaphore.acquire
# - weather waited for Semaphore.acquire
# - weather ended after 3s

# %% [markdown]
# **Observe:** in eleven lines you may see it at once. In eleven thousand you would not, and a `print` here and
# there shows only where you thought of putting one. So let us record **everything**, and ask afterwards.

# %% [markdown]
# ## Record
#
# A `Recorder` is a hook: an object that the loop tells of each thing that happens. It makes a small **event** of
# each. The command `corodemo run --trace shop.jsonl shop.py` does it for a whole script; this is how to do it in
# your own code.
#
# We print the first four events of one task.

# %% [markdown]
# **Order:** in which order do these happen to the task `news`?
#
# - TaskSuspended
# - TaskReady
# - TaskCreated
# - TaskResumed

# %% record asyncio="the recorder is corodemo's"
from corodemo import EventLoop, VirtualClock, run
from corodemo.trace import Recorder

recorder = Recorder()

def new_loop():
    return EventLoop(clock=VirtualClock(), hook=recorder)

run(main(), loop_factory=new_loop)

events = list(recorder.trace.events)
news = [event for event in events if getattr(event, 'task', None) == 2]
for event in news[:4]:
    print(type(event).__name__)

# prints:
# TaskCreated
# TaskReady
# TaskResumed
# TaskSuspended
# holds:
# - the cell took 0s

# %% [markdown]
# **Observe:** a task is *made*, stands in the queue (*ready*), *runs*, and comes to an `await` where it has to wait
# (*suspended*). The whole life of a program is told in some twenty kinds of events. All else, the tree, the
# timeline, this very stepper, is computed from them.
#
# The recorded program has run on a loop and a clock of its own. On the clock of this lesson no time has passed.

# %% [markdown]
# ## Any moment
#
# A `History` is made of a trace. It can tell how things stood after any event, and so at any time.

# %% [markdown]
# **Predict:** one and a half seconds after the beginning, what does `weather` do?
#
# - weather is running
# - weather is waiting
# - weather is ready
# - weather is done
#
# **Asks:** the last line of the output

# %% one and a half seconds asyncio="the recorder is corodemo's"
from corodemo.history import History

history = History(recorder.trace)
then = history.at(history.index_at(1_500_000_000))
for task in then.tasks:
    print(then.title(task), 'is', then.state(task))

# prints:
# main is waiting
# news is done
# sport is waiting
# weather is waiting

# %% [markdown]
# **Observe:** so one page is there after a second, and the other two wait. That `main` waits is right: its block
# has not ended. But why do two wait that should run at the same time? *Waiting* is not enough to know: on what?

# %% [markdown]
# ## Ask why
#
# This is what `%why` does at the prompt and `corodemo explain` does with a file.

# %% [markdown]
# **Predict:** what does `weather` wait for?
#
# - sleep(1)
# - Semaphore.acquire
# - TaskGroup(3)
#
# **Asks:** the last line of the output

# %% why asyncio="the recorder is corodemo's"
from corodemo.views.explain import explain

for sentence in explain(history, 4, 'waiting', index=then.index):
    print(sentence)
print(then.futures[then.tasks[4].on.id].label)

# prints:
# T4 weather waits for Semaphore.acquire at <cell 4>:4, since 0s.
# T3 sport holds the Semaphore.
# T3 sport waits for sleep(1) at <cell 4>:5, since 1s.
# It is over at 2s.
# Semaphore.acquire

# %% [markdown]
# **Observe:** there it is, with its line: the `async with line`. A semaphore of *one* lets one in at a time. The
# fault is in `main`, where it was made; what you saw was a slow `weather`.
#
# There are five questions, and each symptom has its own:
#
# | you see that | ask |
# |---|---|
# | a task hangs, or is slow | `waiting` |
# | a task runs later than it should | `late` |
# | a task went on, and you do not know why | `woken` |
# | a task was stopped, or could not be stopped | `cancelled` |
# | a task failed | `failed` |
#
# **Notes:** have a trace of a program that the class knows ready, and take questions: each symptom that they have
# seen goes with one row of the table.

# %% [markdown]
# ## A file that remembers
#
# `dump` writes a trace into a file: one line of text for each event. Nothing else is needed to look at it, not even
# the program. So a trace can be sent by somebody who has the fault to somebody who finds it.

# %% [markdown]
# **Predict:** we load the file again and put the same question to it. Is the answer the same?
#
# - True
# - False
#
# **Asks:** the last line of the output

# %% dump and load asyncio="the recorder is corodemo's"
import tempfile
from pathlib import Path
from corodemo.trace import load

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / 'shop.jsonl'
    recorder.dump(file)
    lines = len(file.read_text().splitlines())
    other = History(load(file))

print(lines == len(recorder.trace.events) + 1)
before = explain(history, 4, 'waiting', index=then.index)
print(explain(other, 4, 'waiting', index=then.index) == before)

# prints:
# True
# True

# %% [markdown]
# **Observe:** a line for each event, and one at the top that says what the file is. With such a file you can
#
# - step through it, forward and back: `corodemo view shop.jsonl`
# - print all of it: `corodemo view shop.jsonl --timeline`
# - ask: `corodemo explain shop.jsonl weather late`
# - show it to somebody who has no corodemo: `corodemo export shop.jsonl --to html -o shop.html` makes one page for any browser
# - open it in Perfetto: `corodemo export shop.jsonl --to chrome -o shop.json`

# %% [markdown]
# ## Mended?
#
# Change one thing, record again, compare. Under the virtual clock a program runs alike each time. So if something
# is different, it is your change.

# %% [markdown]
# **Predict:** with `Semaphore(2)`, how long does it take?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% two lines
async def main():
    line = asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        for page in ('news', 'sport', 'weather'):
            group.create_task(fetch(line), name=page)

asyncio.run(main())

# holds:
# - news and sport waited at the same time
# - weather waited for Semaphore.acquire
# - weather ended after 2s
# - %why weather says: sleep(1) was over

# %% [markdown]
# **Try:** take a program of your own, or one of an earlier lesson, and record it under the real clock: `corodemo
# run --trace mine.jsonl mine.py`. Open it with `corodemo view`, and find the task that waited longest. What for?

# %% [markdown]
# **Exercise:** Three reports are read, which takes a second each, and printed, which takes half a second each.
# There is one printer, so they must be printed one at a time. That makes 2.5 seconds if all is well: but it takes
# 4.5. Find out why, from a trace, and mend it.
#
# - `corodemo run --clock virtual --trace reports.jsonl FILE`, then `corodemo view reports.jsonl --timeline`.
# - What does the third report wait for after half a second? `corodemo view reports.jsonl`, `g`, `0.5s`; or ask `corodemo explain`.
# - What has to be done one at a time? Only that belongs under the lock.

# %% four and a half seconds tags=["starter"]
import asyncio

async def report(number, printer):
    async with printer:
        await asyncio.sleep(1)
        await asyncio.sleep(0.5)
        print('printed', number)

async def main():
    printer = asyncio.Lock()
    await asyncio.gather(*(report(number, printer) for number in (1, 2, 3)))

asyncio.run(main())

# %% only the printing tags=["solution"]
import asyncio

async def report(number, printer):
    await asyncio.sleep(1)
    async with printer:
        await asyncio.sleep(0.5)
        print('printed', number)

async def main():
    printer = asyncio.Lock()
    await asyncio.gather(*(report(number, printer) for number in (1, 2, 3)))

asyncio.run(main())

# prints:
# printed 1
# printed 2
# printed 3
# holds:
# - the cell took 2.5s

# %% a task that prints tags=["solution"]
import asyncio

async def read(number, queue):
    await asyncio.sleep(1)
    await queue.put(number)

async def printer(queue):
    for _ in range(3):
        number = await queue.get()
        await asyncio.sleep(0.5)
        print('printed', number)

async def main():
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(printer(queue))
        for number in (1, 2, 3):
            group.create_task(read(number, queue))

asyncio.run(main())
