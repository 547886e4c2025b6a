#!/usr/bin/env python
"""Django's command line for the panel."""

import os
import sys

from django.core.management import execute_from_command_line

from controlpanel.embedded.environment import prepare

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")
    prepare(sys.argv[1:])
    execute_from_command_line(sys.argv)
