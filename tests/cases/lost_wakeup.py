"""An event that is set and cleared before anybody waits: the waiter has missed it, and waits for ever."""

import asyncio


async def waiter(event):
    await asyncio.sleep(2)
    await event.wait()


async def main():
    event = asyncio.Event()
    task = asyncio.create_task(waiter(event))
    await asyncio.sleep(1)
    event.set()
    event.clear()
    await task


asyncio.run(main())
