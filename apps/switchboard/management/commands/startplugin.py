"""`manage.py startplugin NAME` makes a working plugin to begin with."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.switchboard.new_plugin import CannotMake, make


class Command(BaseCommand):
    help = "Makes a plugin that counts, answers, shows and is tested. Change it into yours."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help='as in "star-rating"')
        parser.add_argument("--directory", help="for a plugin that lives elsewhere; default: plugins/")

    def handle(self, *args: Any, **options: Any) -> None:
        own = Path(settings.BASE_DIR) / "plugins"
        directory = Path(options["directory"]).resolve() if options["directory"] else own
        prefix = "plugins." if directory == own else ""
        try:
            module = make(options["name"], directory, prefix)
        except CannotMake as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Made {directory / module.removeprefix(prefix)}.")
        if prefix:
            self.stdout.write(f'Add the line "{module}" to PLUGINS in countly_site/settings.py.')
        else:
            self.stdout.write(f"Make it importable and set TALLY_PLUGINS={module}.")
