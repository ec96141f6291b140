"""`python -m corodemo`: the command line."""

import sys

from corodemo.cli import main

if __name__ == "__main__":
    sys.exit(main())
