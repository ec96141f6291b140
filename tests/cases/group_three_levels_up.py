"""A task is cancelled because something failed in a TaskGroup three levels above."""

import asyncio


async def leaf():
    await asyncio.sleep(60)


async def level(depth):
    async with asyncio.TaskGroup() as group:
        group.create_task(level(depth - 1) if depth else leaf(), name=f"level-{depth}")


async def broken():
    await asyncio.sleep(1)
    raise KeyError("config")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(level(2), name="level-3")
        group.create_task(broken())


asyncio.run(main())
