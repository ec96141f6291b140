"""The command line as a process of its own: `corodemo`, and `python -m corodemo`."""

import sys

from corodemo.cli.gcpause import begin

__all__ = ["main"]


def main() -> int:
    """Run the command line; return the exit status."""
    begin()
    from corodemo.cli.main import main  # only now: it loads all the rest

    return main()


if __name__ == "__main__":
    sys.exit(main())
