"""A worker that can't be stopped: its `except BaseException` takes the cancel, and the loop goes on."""

import asyncio


async def worker(queue):
    for _ in range(3):
        try:
            await queue.get()
        except BaseException:
            continue


async def main():
    task = asyncio.create_task(worker(asyncio.Queue()))
    await asyncio.sleep(1)
    task.cancel("shutting down")
    await asyncio.wait([task], timeout=1)


asyncio.run(main())
