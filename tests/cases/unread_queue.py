"""A producer fills a queue that nobody reads any more."""

import asyncio


async def produce(queue):
    for number in range(10):
        await queue.put(number)


async def consume(queue):
    for _ in range(3):
        await queue.get()


async def main():
    queue = asyncio.Queue(maxsize=2)
    await asyncio.gather(produce(queue), consume(queue))


asyncio.run(main())
