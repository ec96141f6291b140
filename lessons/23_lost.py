# %% [markdown]
# # Lost tasks, lost exceptions
#
# **Goal:** name the ways in which work, and errors, disappear without a word, and start tasks so that nothing of
# them is lost.
#
# **Section:** Beyond the chapter: lost tasks and exceptions
#
# **After:** groups
#
# **Hint:** an error needs somebody who looks. Ask of each task: who awaits it, and when?

# %% [markdown]
# ## Lost before it begins
#
# Three ways lead to work that nobody hears of. The first you know: a coroutine is made, and nobody runs it.

# %% [markdown]
# **Predict:** `main` wants to save, and forgets a word. What is printed first?
#
# - saved
# - main is done
# - RuntimeWarning: coroutine 'save' was never awaited
#
# **Asks:** line 1 of the output

# %% the forgotten word
import asyncio

async def save():
    await asyncio.sleep(1)
    print('saved')

async def main():
    save()
    await asyncio.sleep(2)
    print('main is done')

asyncio.run(main())

# prints:
# RuntimeWarning: coroutine 'save' was never awaited
# main is done
# holds:
# - the cell made 1 task
# - the trace warns of never-awaited
# - %why main says: coroutine 'save' was made and never awaited, so nothing of it has run

# %% [markdown]
# **Observe:** Python says so as soon as the coroutine object is thrown away. Do not read over such a warning: it
# means that a piece of your program did not happen. `%why main` adds the line in which the object was made.

# %% [markdown]
# ## An error that nobody waits for
#
# Now the job is a task, and it fails after 1 second. `main` has other things to do and never awaits it. Where does
# the error go?
#
# It cannot go to `main`: an error is raised where one *awaits*. It stays in the task. If the task object is thrown
# away, and nobody has asked for the error, the loop tells its **exception handler**, which by default writes to the
# log. Here the handler prints one line.
#
# **Notes:** the two predictions that follow differ by one variable. Take them one at a time, and let the class
# explain the second before you do.

# %% [markdown]
# **Predict:** nothing refers to the task but the loop. What is printed first?
#
# - main is done
# - the handler: Task exception was never retrieved
# - main: no paper
#
# **Asks:** line 1 of the output

# %% nobody waits
def handler(loop, context):
    print('the handler:', context['message'])

async def job():
    await asyncio.sleep(1)
    raise ValueError('no paper')

async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    asyncio.create_task(job())
    await asyncio.sleep(5)
    print('main is done')

asyncio.run(main())

# prints:
# the handler: Task exception was never retrieved
# main is done
# holds:
# - job failed with ValueError('no paper')
# - job ended after 1s
# - the trace warns of never-retrieved
# - the trace warns of not-kept

# %% [markdown]
# **Predict:** one thing is changed: `main` keeps the task in a variable. What is printed first now?
#
# - main is done
# - the handler: Task exception was never retrieved
# - main: no paper
#
# **Asks:** line 1 of the output

# %% kept, and not looked at
async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    task = asyncio.create_task(job())
    await asyncio.sleep(5)
    print('main is done')

asyncio.run(main())

# prints:
# main is done
# the handler: Task exception was never retrieved
# holds:
# - job ended after 1s
# - main ended after 5s
# - %why job says: job failed
# - %why job says: with ValueError('no paper') at line 6
# - %why job says: Warning, never-retrieved at line 6: task 'Task-2' failed, and nobody waits for it: ValueError('no paper')

# %% [markdown]
# **Observe:** the error happened at 1 second, and you heard of it when `main` was over and its variables were
# thrown away. In a server that runs for months, and keeps its tasks in a list, you would not hear of it at all.
#
# The trace does not wait for that. It warns at the moment when the task fails and nobody waits for it, by the rule
# `never-retrieved`. `%why job` says:
#
# > job failed … with ValueError('no paper') at line 6.
# >
# > Warning, never-retrieved at line 6: task 'Task-2' failed, and nobody waits for it: ValueError('no paper').

# %% [markdown]
# ## Two errors, one `gather`
#
# Somebody waits here, for both jobs. But `gather` can raise only one error.
#
# **Notes:** count the errors on the fingers: two are raised. Then count the lines.

# %% [markdown]
# **Predict:** two jobs fail, one after 1 second, one after 2. How many lines tell of an error, those of the handler
# included?
#
# - 1
# - 2
# - 3
#
# **Asks:** the number of lines printed

# %% the second error
async def fail(delay, error):
    await asyncio.sleep(delay)
    raise error

async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    try:
        await asyncio.gather(fail(1, ValueError('no paper')),
                             fail(2, OSError('no ink')))
    except Exception as error:
        print('main:', repr(error))
    await asyncio.sleep(5)

asyncio.run(main())

# prints:
# main: ValueError('no paper')
# holds:
# - the first fail failed with ValueError('no paper')
# - the second fail failed with OSError('no ink')
# - the second fail ended after 2s

# %% [markdown]
# **Observe:** the ink is lost without a word. `gather` had been awaited, so nobody complains; and it was done after
# the first error, so nobody gets the second. With `return_exceptions=True` all errors come, in the list of results.
# There they are lost again, if you do not look:

# %% errors as results
async def main():
    results = await asyncio.gather(
        fail(1, ValueError('no paper')), fail(2, OSError('no ink')),
        return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            print('failed:', result)

asyncio.run(main())

# prints:
# failed: no paper
# failed: no ink
# holds:
# - the cell took 2s
# - main was woken by gather(2)

# %% [markdown]
# A **task group** loses nothing: its block waits for all, and raises all errors together. So take one, if the tasks
# belong to one piece of work.

# %% [markdown]
# ## In the background
#
# Some tasks shall run beside everything else, and nobody shall wait for them. Then let somebody *look* when each
# one ends: `task.add_done_callback(function)` calls the function with the task. The set keeps the tasks alive
# meanwhile.

# %% [markdown]
# **Order:** in which order are these lines printed?
#
# - main is done
# - copier is done
# - printer failed: no paper

# %% somebody looks
background = set()

def look(task):
    background.discard(task)
    if not task.cancelled():
        error = task.exception()
        print(task.get_name(), f'failed: {error}' if error else 'is done')

def start(coro, name):
    task = asyncio.create_task(coro, name=name)
    background.add(task)
    task.add_done_callback(look)

async def main():
    start(fail(1, ValueError('no paper')), 'printer')
    start(asyncio.sleep(2), 'copier')
    await asyncio.sleep(5)
    print('main is done')

asyncio.run(main())

# prints:
# printer failed: no paper
# copier is done
# main is done
# holds:
# - printer failed with ValueError('no paper')
# - copier ended with None
# - main ended after 5s
# - main never waited for printer

# %% [markdown]
# **Observe:** the error showed in the second in which it happened, and neither `main` nor the copier were
# disturbed. To look at the error, by `task.exception()` or by an `await`, is what "retrieved" means: the handler
# has nothing to say any more. `task.exception()` of a task that was cancelled raises `CancelledError`, so ask
# `cancelled()` first.

# %% [markdown]
# **Try:** take the line with `background.discard` away, and with it the test `if not task.cancelled()`. Let `main`
# end after 1.5 seconds. Who is cancelled, and what does `look` do then?

# %% [markdown]
# **Exercise:** Three jobs run in the background. One of them fails, and nobody ever hears of it. Change the program
# so that it prints "job-2 failed: no paper" as soon as this happens. The other jobs, and `main`, must go on as
# before.
#
# - Where is the error when `main` is done? Look at what `gather` returns.
# - "As soon as it happens" means: somebody is there when the job ends. A callback, or a coroutine around the job.
# - A task group is not what you want here: it would cancel the other jobs.
#
# **Notes:** ask those who are done early which of the two solutions still works if somebody cancels a job.

# %% nobody hears of it tags=["starter"]
import asyncio

async def job(number):
    await asyncio.sleep(number)
    if number == 2:
        raise ValueError('no paper')
    print(f'job-{number} is done')

async def main():
    jobs = [asyncio.create_task(job(number)) for number in (1, 2, 3)]
    await asyncio.sleep(5)
    await asyncio.gather(*jobs, return_exceptions=True)
    print('main is done')

asyncio.run(main())

# %% a callback tags=["solution"]
import asyncio

async def job(number):
    await asyncio.sleep(number)
    if number == 2:
        raise ValueError('no paper')
    print(f'job-{number} is done')

def look(task):
    if not task.cancelled() and task.exception() is not None:
        print(task.get_name(), 'failed:', task.exception())

async def main():
    jobs = [asyncio.create_task(job(n), name=f'job-{n}') for n in (1, 2, 3)]
    for task in jobs:
        task.add_done_callback(look)
    await asyncio.sleep(5)
    print('main is done')

asyncio.run(main())

# prints:
# job-1 is done
# job-2 failed: no paper
# job-3 is done
# main is done
# holds:
# - main ended after 5s

# %% a coroutine around the job tags=["solution"]
import asyncio

async def job(number):
    await asyncio.sleep(number)
    if number == 2:
        raise ValueError('no paper')
    print(f'job-{number} is done')

async def watched(number):
    try:
        await job(number)
    except Exception as error:
        print(f'job-{number} failed: {error}')

async def main():
    jobs = [asyncio.create_task(watched(n)) for n in (1, 2, 3)]
    await asyncio.sleep(5)
    print('main is done')

asyncio.run(main())
