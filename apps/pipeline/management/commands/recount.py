import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.applications.lookup import by_id
from apps.pipeline.recount import recount


class Command(BaseCommand):
    help = "Computes totals a second time and compares them with the counters; exit status 1 when they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", required=True, help="id of the application")

    def handle(self, *args: Any, **options: Any) -> None:
        application = by_id(options["app"])
        if application is None:
            raise CommandError("there is no application with this id")
        comparisons = recount(application.id)
        self.stdout.write(f"{'':16}{'recounted':>14}{'counters':>14}{'difference':>14}")
        for one in comparisons:
            difference = one.from_counters - one.recounted
            self.stdout.write(f"{one.subject[:40]:16}{one.recounted:>14}{one.from_counters:>14}{difference:>+14}")
        if any(one.differs for one in comparisons):
            self.stdout.write("Deleted or merged users and cleared periods make lawful differences.")
            sys.exit(1)
        self.stdout.write("No differences.")
