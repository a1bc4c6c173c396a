"""Makes a tracked application."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.applications import lifecycle, places


class Command(BaseCommand):
    help = "Makes a tracked application and prints its key and id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--timezone", help="IANA name such as Europe/Berlin; its days begin there at midnight")
        parser.add_argument("--country", help="ISO code of two letters")
        parser.add_argument("--type", choices=list(places.types()))
        parser.add_argument("--category", choices=list(places.CATEGORIES))
        parser.add_argument("--key", help="the app key; made up when missing")

    def handle(self, *args: Any, **options: Any) -> None:
        country = options["country"]
        if country and country not in places.countries():
            raise CommandError(f"Unknown country: {country!r}. Give an ISO code of two letters such as DE.")
        names = ("timezone", "country", "type", "category", "key")
        try:
            application = lifecycle.create_application(options["name"], **{name: options[name] for name in names})
        except lifecycle.InvalidApplication as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Created {application.name}.\nApp key: {application.key}\nApp id: {application.pk}")
