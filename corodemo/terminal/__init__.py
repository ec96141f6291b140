"""The terminal: the screen that several threads write to, the streams, the keyboard, the programs that are started on it.

Through `screen` alone anything reaches the screen while a prompt is up. Nothing here knows what a shell is.
"""
