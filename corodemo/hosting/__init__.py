"""Hosting: asyncio programs on our loop.

`loop` is one that libraries take for asyncio's own, `imports` gives user code the runtime under asyncio's name, `program` makes
the surroundings of a script, `options` say how it is run, `exceptionhandler` reports what nobody else will see, and
`tracebacks` begin where the user's code begins.
"""
