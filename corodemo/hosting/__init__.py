"""Hosting: asyncio programs on our loop.

`loop` is one that libraries take for asyncio's own, `imports` gives user code the runtime under asyncio's name, `program` makes
the surroundings of a script, and `tracebacks` begin where the user's code begins.
"""
