#!/usr/bin/env python
"""Django's command line for Tally."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countly_site.settings")
    if sys.argv[1:] == ["up"]:
        # It looks after other processes for as long as the server runs; without Django it needs 10 MB, not 60.
        from apps.system.supervision.__main__ import main as supervise

        raise SystemExit(supervise())
    from django.core.management import execute_from_command_line  # slow import, and settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
