"""`manage.py makemessages`: instead of Django's, which needs the programs of gettext."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.system import translations


class Command(BaseCommand):
    help = "Reads texts from the sources into the catalogs, for the server and for each plugin."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rooms", nargs="*", help='"server" or names of plugins; all without any')
        parser.add_argument("--language", "-l", action="append", help="a new one is begun; all known without any")

    def handle(self, *args: Any, **options: Any) -> None:
        known = {room.name: room for room in translations.rooms()}
        unknown = set(options["rooms"]) - set(known)
        if unknown:
            raise CommandError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        for language in options["language"] or translations.languages():
            for name in options["rooms"] or known:
                missing = translations.update(known[name], language)
                if missing:
                    path = known[name].catalog_path(language)
                    self.stdout.write(f"{missing} texts are not translated: {path}")
