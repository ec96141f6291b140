"""One part of a gather fails, and the other goes on unseen."""

import asyncio


async def broken():
    await asyncio.sleep(1)
    raise ValueError("no such page")


async def download():
    await asyncio.sleep(5)


async def main():
    await asyncio.gather(broken(), download())


async def program():
    task = asyncio.create_task(main())
    await asyncio.wait([task])
    await asyncio.sleep(1)


asyncio.run(program())
