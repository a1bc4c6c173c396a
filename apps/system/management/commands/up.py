"""`manage.py up` as other ways of calling commands see it; manage.py itself goes straight to the supervision."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Starts everything on this machine: embedded stores where none are set, web server, worker and beat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        command = [sys.executable, "-m", "apps.system.supervision", "up"]
        os.execv(command[0], command)  # noqa: S606  no shell wanted
