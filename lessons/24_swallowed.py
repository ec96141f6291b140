# %% [markdown]
# # Swallowed cancels
#
# **Goal:** say what became of a cancel that had no effect, and find the line that took it, even three tasks away.
#
# **Section:** Task Object; Timeouts; Beyond the chapter: swallowed cancels
#
# **After:** cancellation
#
# **Hint:** a cancel is an exception that is thrown in at an `await`. Whoever catches it decides. Ask: where was it
# thrown in, and which `except` or `finally` came next?

# %% [markdown]
# ## Down, and up again
#
# Three tasks, each of which waits for the next one: `report` waits for `collect`, `collect` waits for `fetch`, and
# `fetch` sleeps.
#
# After a second, `boss` cancels `report`. But `report` stands still, because it waits for another task. So the
# request is **passed on**: down to `collect`, down to `fetch`, which waits for a timer. There `CancelledError` is
# thrown in.
#
# **Notes:** this picture is worth the time: an arrow down for the request, an arrow up for the exception. Leave
# it on the board for the rest of the lesson.

# %% three tasks
import asyncio

async def fetch():
    try:
        await asyncio.sleep(10)
    finally:
        print('fetch stops')

async def collect():
    try:
        await asyncio.create_task(fetch(), name='fetch')
    finally:
        print('collect stops')

async def report():
    try:
        await asyncio.create_task(collect(), name='collect')
    finally:
        print('report stops')

# %% [markdown]
# **Order:** `boss` cancels `report`, and only `report`. In which order are these lines printed?
#
# - report stops
# - fetch stops
# - was it cancelled? True
# - collect stops

# %% [markdown]
# **Predict:** `boss` has just called `task.cancel()` on `report`. Who takes the next step, once `boss` stands still?
#
# - report
# - collect
# - fetch
#
# **When:** boss asked report to cancel
#
# **Asks:** the next task to run

# %% down and up
async def boss():
    task = asyncio.create_task(report(), name='report')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    print('was it cancelled?', task.cancelled())

asyncio.run(boss())

# prints:
# fetch stops
# collect stops
# report stops
# was it cancelled? True
# holds:
# - the cell took 1s
# - boss asked report to cancel
# - fetch was cancelled
# - collect was cancelled
# - report was cancelled
# - %why fetch says: boss cancelled report at line 4
# - %why fetch says: That went on to fetch, for which report waited

# %% [markdown]
# **Observe:** the request went down, the exception comes up. `fetch` ends cancelled; that raises `CancelledError`
# in `collect`, which waits for it, and so on, up to `report`. Each had its chance to clean up. `%why fetch` tells
# the whole way:
#
# > boss cancelled report at line 4.
# >
# > That went on to fetch, for which report waited.
#
# All this works by one thing: **everybody lets the exception through.**

# %% [markdown]
# ## `except Exception`
#
# `fetch` shall give an empty page if something goes wrong. So it catches errors.

# %% [markdown]
# **Predict:** `boss` cancels `report` again. What is printed first?
#
# - no page
# - collect stops
# - was it cancelled? False
#
# **Asks:** line 1 of the output

# %% catches errors
async def fetch():
    try:
        await asyncio.sleep(10)
        return 'a page'
    except Exception:
        print('no page')
        return ''

asyncio.run(boss())

# prints:
# collect stops
# report stops
# was it cancelled? True
# holds:
# - fetch was cancelled
# - the cell took 1s

# %% [markdown]
# **Observe:** `except Exception` did not catch it. To be cancelled is not an error: `CancelledError` is a
# `BaseException`, and no `Exception`. (Before Python
# 3.8 it was one, and this program would have been broken.)

# %% [markdown]
# ## `except`, and nothing else
#
# Now somebody is very careful and writes `except:`, which catches everything. `collect` and `report` say what they
# get.

# %% [markdown]
# **Predict:** which of these holds, when `boss` cancels `report` this time?
#
# - report was cancelled
# - collect was cancelled
# - fetch swallowed a cancel
#
# **Asks:** which of these holds
#
# **Notes:** `except:` looks like the careful one of the two. That is why it is so common.

# %% [markdown]
# **Predict:** and how many lines are printed?
#
# - 2
# - 3
# - 4
#
# **Asks:** the number of lines printed

# %% catches everything
async def fetch():
    try:
        await asyncio.sleep(10)
        return 'a page'
    except:
        print('no page')
        return ''

async def collect():
    page = await asyncio.create_task(fetch(), name='fetch')
    print('collect has', len(page), 'letters')
    return page

async def report():
    page = await asyncio.create_task(collect(), name='collect')
    print('report:', len(page), 'letters')

asyncio.run(boss())

# prints:
# no page
# collect has 0 letters
# report: 0 letters
# was it cancelled? False
# holds:
# - boss asked report to cancel
# - report ended with None
# - collect ended with ''
# - fetch ended with ''
# - %why report says: That went on to collect and fetch, for which report waited
# - %why report says: CancelledError was thrown into fetch at line 3
# - %why report says: fetch took it at line 5, and returned instead
# - %why report says: So nothing was thrown into report: it went on as if nobody had cancelled it

# %% [markdown]
# **Observe:** `boss` has cancelled `report`, and `report` ran to its end and printed a wrong result. Read its
# source as long as you like: nothing in it is wrong. The cancel was **swallowed**, three tasks away from `boss`.
# Ask the trace about the task that *you* cancelled: step back to where `report` returns and press `y`, or write
# `%why report` at the prompt.
#
# > boss cancelled report at line 4.
# >
# > That went on to collect and fetch, for which report waited.
# >
# > CancelledError was thrown into fetch at line 3.
# >
# > fetch took it at line 5, and returned instead.
# >
# > So nothing was thrown into report: it went on as if nobody had cancelled it.
#
# Line 5 of `fetch` is the `except:`.

# %% [markdown]
# ## A limit that does not limit
#
# A timeout is a timer that cancels. What if the task that is over its time tries again?

# %% [markdown]
# **Predict:** the limit is 1 second. How long does it take?
#
# - 1s
# - 10s
# - 11s
#
# **Asks:** the time that the cell takes

# %% tries again
async def fetch():
    for attempt in (1, 2):
        try:
            await asyncio.sleep(10)
            return 'a page'
        except asyncio.CancelledError:
            print('attempt', attempt, 'was interrupted')

async def main():
    async with asyncio.timeout(1):
        print(await fetch())

asyncio.run(main())

# prints:
# attempt 1 was interrupted
# a page
# holds:
# - main swallowed a cancel
# - the trace warns of swallowed-cancel
# - %why main says: main swallowed it at line 6, and went on

# %% [markdown]
# **Observe:** no `TimeoutError` was raised, and nobody complained: eleven seconds, and all seems well. A cancel
# comes *once*. Who takes it has taken it for everybody above. That the trace calls it "swallowed by main" is right:
# `fetch` is no task here, it runs inside `main`.

# %% [markdown]
# ## How to do it
#
# - Catch what you mean: `except OSError`, not `except:`.
# - Clean up in `finally`. It lets the exception through, if there is no `return`, `break` or `continue` in it.
# - If you need `except asyncio.CancelledError`, end it with `raise`.
#
# A clean-up may even wait.

# %% [markdown]
# **Predict:** `fetch` needs half a second to close the line. How long does the cell take?
#
# - 1s
# - 1.5s
# - 10s
#
# **Asks:** the time that the cell takes

# %% clean up and raise
async def fetch():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print('closing the line')
        await asyncio.sleep(0.5)
        print('closed')
        raise

async def main():
    try:
        async with asyncio.timeout(1):
            await fetch()
    except TimeoutError:
        print('it took too long')

asyncio.run(main())

# prints:
# closing the line
# closed
# it took too long
# holds:
# - main waited for sleep(0.5)
# - %why main cancelled says: It became TimeoutError at line 12

# %% [markdown]
# ## Three suspects
#
# A case for you. `boss` cancels `report` once more, and `report` goes on. Below it stand two more tasks, `parse`
# and `store`. Each of the three does something with exceptions. Read them, and say who it was.
#
# **Notes:** give them three minutes with the source, in pairs, before anybody votes. Most accuse `report`, or
# `parse`.

# %% [markdown]
# **Predict:** which of these holds?
#
# - report swallowed a cancel
# - parse swallowed a cancel
# - store swallowed a cancel
#
# **Asks:** which of these holds

# %% three suspects
async def store():
    try:
        await asyncio.sleep(10)
    finally:
        return 'stored'

async def parse():
    try:
        return await asyncio.create_task(store(), name='store')
    finally:
        print('parse tidies up')

async def report():
    try:
        print(await asyncio.create_task(parse(), name='parse'))
    except Exception:
        print('nothing to report')

asyncio.run(boss())

# prints:
# parse tidies up
# stored
# was it cancelled? False
# holds:
# - boss asked report to cancel
# - report ended with None
# - %why report says: That went on to parse and store, for which report waited
# - %why report says: CancelledError was thrown into store at line 3
# - %why report says: store took it at line 5, and returned instead
# - %why report says: So nothing was thrown into report: it went on as if nobody had cancelled it

# %% [markdown]
# **Observe:** a `return` in `finally` throws away whatever exception is on its way, without a word (since Python 3.14 a
# `SyntaxWarning` tells of it when the file is compiled). `parse` is
# innocent: its `finally` lets it through, if only it had come. `report` is innocent: `except Exception` does not
# catch it.
#
# This is how to find it, in any program:
#
# 1. Ask `%why` of the task that you cancelled.
# 2. Follow the request down, to the task into which `CancelledError` was thrown.
# 3. Read who took it, and in which line.

# %% [markdown]
# **Try:** make `store` innocent, by moving the `return` out of its `finally`. Then let `parse` be guilty. Predict
# what `%why report` says, and ask it.

# %% [markdown]
# **Exercise:** After one second the shift is over, and `main` cancels the task `shift`. But the shift goes on for
# ten more seconds. An attempt that fails with `OSError` must be made again, as now. But when the shift is over, it
# must be over: all three tasks end cancelled, after 1 second.
#
# - Run it with `corodemo run --clock virtual --trace shift.jsonl FILE` and ask `corodemo explain shift.jsonl shift`.
# - Into which task is `CancelledError` thrown, and which line takes it?
# - What does the `except` in `item` mean to catch? Say that.
#
# **Notes:** let them say the sentence aloud when they have found it: "main cancelled shift; that went on to batch
# and item; item took it, in the except". That sentence is the aim of this lesson.

# %% the shift goes on tags=["starter"]
import asyncio

async def item():
    for attempt in (1, 2, 3):
        try:
            await asyncio.sleep(0.4 if attempt == 1 else 5)
            raise OSError('jammed')
        except:
            print('attempt', attempt, 'failed')

async def batch():
    await asyncio.create_task(item(), name='item')

async def shift():
    await asyncio.create_task(batch(), name='batch')

async def main():
    task = asyncio.create_task(shift(), name='shift')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(main())

# %% say what you mean tags=["solution"]
import asyncio

async def item():
    for attempt in (1, 2, 3):
        try:
            await asyncio.sleep(0.4 if attempt == 1 else 5)
            raise OSError('jammed')
        except OSError:
            print('attempt', attempt, 'failed')

async def batch():
    await asyncio.create_task(item(), name='item')

async def shift():
    await asyncio.create_task(batch(), name='batch')

async def main():
    task = asyncio.create_task(shift(), name='shift')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(main())

# prints:
# attempt 1 failed
# holds:
# - item was cancelled
# - batch was cancelled
# - shift was cancelled
# - shift ended after 1s

# %% let it through tags=["solution"]
import asyncio

async def item():
    for attempt in (1, 2, 3):
        try:
            await asyncio.sleep(0.4 if attempt == 1 else 5)
            raise OSError('jammed')
        except asyncio.CancelledError:
            raise
        except:
            print('attempt', attempt, 'failed')

async def batch():
    await asyncio.create_task(item(), name='item')

async def shift():
    await asyncio.create_task(batch(), name='batch')

async def main():
    task = asyncio.create_task(shift(), name='shift')
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])

asyncio.run(main())
