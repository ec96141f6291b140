"""A consumer is served at once, and runs late: somebody else's long step comes first."""

import asyncio

from machine import compute


async def consume(queue):
    print(await queue.get())


async def index():
    await asyncio.sleep(1)
    compute(seconds=0.5)


async def produce(queue):
    await asyncio.sleep(1)
    queue.put_nowait("item")


async def main():
    queue = asyncio.Queue()
    await asyncio.gather(consume(queue), produce(queue), index())


asyncio.run(main())
