"""`manage.py up` starts the whole product. manage.py itself takes the short way to the same supervisor."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Starts everything on this machine: embedded stores where none are set, web server, worker and beat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        os.execv(sys.executable, [sys.executable, "-m", "apps.system.supervision"])  # noqa: S606  no shell wanted
