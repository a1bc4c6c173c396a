"""Everything between "the stores run" and "requests may come": idempotent, run before every start."""

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.system import preparation
from apps.system.supervision.announcement import first_admin_text
from apps.system.supervision.problems import Problem


class Command(BaseCommand):
    help = "Checks the stores, applies migrations, creates indexes and the first admin, collects static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mongodb-wait", type=float, default=10.0, help="seconds until MongoDB must answer")
        parser.add_argument("--redis-wait", type=float, default=10.0, help="seconds until Redis must answer")
        parser.add_argument("--report", action="store_true", help="one line of JSON instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first_admin = preparation.prepare(options["mongodb_wait"], options["redis_wait"])
        except Problem as problem:
            if options["report"]:
                self.stdout.write(json.dumps({"problem": str(problem)}))
                raise SystemExit(1) from problem
            raise CommandError(str(problem)) from problem
        if options["report"]:
            self.stdout.write(json.dumps({"first_admin": first_admin}))
        elif first_admin:
            self.stdout.write(first_admin_text(first_admin, os.environ))
