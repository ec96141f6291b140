"""Two tasks take the same two locks, each in its own order, and a timeout ends what would have been a deadlock."""

import asyncio


async def transfer(source, target):
    async with source:
        await asyncio.sleep(1)
        async with target:
            pass


async def main():
    left, right = asyncio.Lock(), asyncio.Lock()
    async with asyncio.timeout(5):
        await asyncio.gather(transfer(left, right), transfer(right, left))


asyncio.run(main())
