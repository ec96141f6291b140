"""A cancel that never arrives: the task three tasks further in takes it, and returns as if nothing had happened."""

import asyncio


async def fetch():
    try:
        await asyncio.sleep(10)
    except BaseException:
        return ""


async def collect():
    return await asyncio.create_task(fetch(), name="fetch")


async def report():
    print(await asyncio.create_task(collect(), name="collect"))


async def main():
    task = asyncio.create_task(report(), name="report")
    await asyncio.sleep(1)
    task.cancel("shut down")
    await asyncio.wait([task])


asyncio.run(main())
