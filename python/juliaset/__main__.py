"""The command `juliaset`: the same one as the program of that name, in this package's own module."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from ._juliaset import command


def main() -> NoReturn:
    """Runs the command line that the process was given, and ends the process."""
    # The command line has handlers of its own, and what has none should end at once.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(command(["juliaset", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
