#!/usr/bin/env python
"""Django's command line for the panel."""

import os
import signal
import sys

# As a shell reports a program that Ctrl-C has ended.
INTERRUPTED = 130


def main() -> None:
    """Run a command. What its person can mend is said in one sentence, without a trace."""
    # Nothing is begun yet, and an exception could be lost in what is loaded. `run` goes on so until
    # it has parts to stop in their order.
    signal.signal(signal.SIGINT, _end)
    try:
        from django.core.management import execute_from_command_line

        from controlpanel.embedded.environment import prepare

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")
        prepare(sys.argv[1:])
        if sys.argv[1:2] != ["run"]:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        from controlpanel.embedded.failures import sentence_of

        if "--traceback" in sys.argv or not (sentence := sentence_of(error)):
            raise
        raise SystemExit(sentence) from None


def _end(*_: object) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
