"""The recorder: the one bridge from the runtime to a trace. Its public face is `corodemo.trace`.

`recorder` is the hook, and `tasks`, `wakeups` and `cancellations` are its parts, which share the fields of `state`. While the
program runs they add rows (`rows`) to a log (`log`); events are made of them when somebody asks (`unpacking`).
"""
