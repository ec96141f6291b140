"""The format of a trace: the types of its events, and the file. It knows no runtime, so a trace can be looked at anywhere.

`events` has the types, `file` reads and writes whole files, `stream` writes one while the program runs, `retention` says which
old events a bounded trace keeps, `sources` finds the source lines that a trace names.
"""
