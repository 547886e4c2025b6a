#!/usr/bin/env python
"""Django's command line for the panel."""

import os
import sys

# As a shell reports a program that Ctrl-C has ended.
INTERRUPTED = 130


def main() -> None:
    """Run a command. What its person can mend is said in one sentence, without a trace."""
    try:
        # Here, so that Ctrl-C while they are loaded ends as quietly as later.
        from django.core.management import execute_from_command_line

        from controlpanel.embedded.environment import prepare

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")
        prepare(sys.argv[1:])
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        from controlpanel.embedded.failures import sentence_of

        if "--traceback" in sys.argv or not (sentence := sentence_of(error)):
            raise
        raise SystemExit(sentence) from None


if __name__ == "__main__":
    main()
