"""A coroutine function that is called, and not awaited: nothing of it runs."""

import asyncio


async def save(text):
    print("saved", text)


async def main():
    save("all of it")
    await asyncio.sleep(1)


asyncio.run(main())
