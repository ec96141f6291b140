"""The shell's commands, the lines that begin with `%`: a function each, found by `dispatch`."""
