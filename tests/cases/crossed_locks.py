"""Two tasks take the same two locks, each in its own order."""

import asyncio


async def transfer(source, target):
    async with source:
        await asyncio.sleep(1)
        async with target:
            pass


async def main():
    left, right = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(transfer(left, right), transfer(right, left))


asyncio.run(main())
