"""The command line: `main` finds the command, and a file for each does what it says. What it needs it loads when it runs."""
