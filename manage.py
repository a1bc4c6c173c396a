#!/usr/bin/env python
"""Django's command line for Tally."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countly_site.settings")
    if sys.argv[1:2] in (["up"], ["serve"]) and "--help" not in sys.argv:
        # They become or look after other programs for as long as the server runs: 10 MB without Django, 60 with it.
        from apps.system.supervision.__main__ import main as supervise

        raise SystemExit(supervise(sys.argv[1:]))
    from django.core.exceptions import ImproperlyConfigured  # slow imports, and settings must be named first
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"Tally cannot run: {error}") from error
    except Exception as error:
        from django.conf import settings

        if not settings.configured:
            raise
        from apps.system.stores import why_silent

        if (reason := why_silent(error)) is None:
            raise
        raise SystemExit(f"Tally cannot run: {reason}") from error


if __name__ == "__main__":
    main()
