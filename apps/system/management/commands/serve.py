"""`manage.py serve` as other ways of calling commands see it; manage.py itself goes straight to the supervision."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.system.supervision import roles


class Command(BaseCommand):
    help = "Becomes one role of the product in the foreground, as a container runs it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=roles.NAMES)

    def handle(self, *args: Any, **options: Any) -> None:
        command = [sys.executable, "-m", "apps.system.supervision", "serve", options["role"]]
        os.execv(command[0], command)  # noqa: S606  no shell wanted
