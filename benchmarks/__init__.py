"""Side-by-side measurements of corodemo against asyncio, uvloop, trio and curio. See docs/performance.md."""
