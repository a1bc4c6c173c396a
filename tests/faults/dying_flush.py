"""A worker that kills itself at a given point of its first flush: `python -m tests.faults.dying_flush POINT`."""

import os
import signal
import sys
from typing import Any

import django


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"
    django.setup()
    from apps.pipeline import backlog, dead_letters, flush, stored_profiles  # needs the app registry

    match point:
        case "before the first write":
            stored_profiles.load = die
        case "inside the transaction":
            dead_letters.put = die
        case "after the commit":
            backlog.trim = die
    flush.flush_all()


if __name__ == "__main__":
    main(sys.argv[1])
