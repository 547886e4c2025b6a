"""Ends what the supervisor started if it dies without a word (kill -9).

Runs as a process of its own, at the head of the process group that all children join. Its
standard input is a pipe that only the supervisor holds: the system closes it when the supervisor
ends, however it ends. Unlike PR_SET_PDEATHSIG this works on macOS too.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 3


def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it signals its own group below
    sys.stdin.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
