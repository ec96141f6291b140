"""A coroutine that computes, and never awaits while it does: nothing else has its turn."""

import asyncio

from machine import compute


async def report():
    await asyncio.sleep(0)
    compute(seconds=2)
    await asyncio.sleep(0)


async def main():
    await asyncio.gather(report(), asyncio.sleep(1))


asyncio.run(main())
