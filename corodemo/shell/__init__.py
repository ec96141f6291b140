"""The shell: where a learner types `await` and watches.

`session` runs inputs, `runner` one at a time so that Ctrl-C (`interrupts`) can end it, `reporter` says what came of them,
`prompt` reads them in a thread of its own, and `commands` are what begins with `%`. `corodemo.repl` puts them together.
"""
