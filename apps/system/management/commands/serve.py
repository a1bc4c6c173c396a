"""`manage.py serve web|worker|beat`: one role in the foreground, as a container runs it."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apps.system.supervision import roles


class Command(BaseCommand):
    help = "Becomes one role of the product: web, worker or beat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=["web", "worker", "beat"])

    def handle(self, *args: Any, **options: Any) -> None:
        schedule = Path(settings.DATA_DIR) / "beat-schedule"
        schedule.parent.mkdir(parents=True, exist_ok=True)
        commands = {
            "web": roles.web_command(settings.HOST, settings.PORT, settings.WEB_WORKERS),
            "worker": roles.worker_command(),
            "beat": roles.beat_command(schedule),
        }
        command = commands[options["role"]]
        os.execv(command[0], command)  # noqa: S606  no shell wanted
