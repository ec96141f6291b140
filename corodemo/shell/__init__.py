"""The shell: where a learner types `await` and watches.

`session` has the loop and the namespace, `texts` takes what was typed apart, `runner` runs one input at a time in the
`foreground`, so that Ctrl-C (`interrupts`) can end it, `reporter` says what came of it, `prompt` reads in a thread of its own,
and `commands` are what begins with `%`. `protocol` is what a shell is to all of them; `corodemo.repl` puts them together.
"""
