"""A timeout whose victim takes the cancel and tries again: the limit of one second becomes eleven."""

import asyncio


async def fetch():
    for _ in range(2):
        try:
            await asyncio.sleep(10)
            return "page"
        except asyncio.CancelledError:
            print("again")
    return None


async def main():
    async with asyncio.timeout(1):
        print(await fetch())


asyncio.run(main())
