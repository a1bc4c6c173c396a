"""Everything between "the stores run" and "requests may come": idempotent, run before every start."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.system import preparation
from apps.system.supervision.problems import Problem


class Command(BaseCommand):
    help = "Checks the stores, applies migrations, creates indexes and the first admin, collects static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait-seconds", type=float, default=10.0, help="how long the stores may take to answer")
        parser.add_argument("--report", action="store_true", help="one line of JSON instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first_admin = preparation.prepare(options["wait_seconds"])
        except Problem as problem:
            if options["report"]:
                self.stdout.write(json.dumps({"problem": str(problem)}))
                raise SystemExit(1) from problem
            raise CommandError(str(problem)) from problem
        if options["report"]:
            self.stdout.write(json.dumps({"first_admin": first_admin}))
        elif first_admin:
            self.stdout.write(
                "The first administrator, shown this once:\n"
                f"user name {first_admin['username']}\n"
                f"password  {first_admin['password']}\n"
                f"API key   {first_admin['api_key']}"
            )
