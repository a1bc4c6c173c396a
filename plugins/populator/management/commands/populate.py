"""`manage.py populate` fills an application with days of believable traffic, along the road of `/i/bulk`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.plugin_api import states
from plugins.populator import demo, populating, templates
from plugins.populator.documents import NAME
from plugins.populator.generation.sessions import FEATURES
from plugins.populator.populating import MAX_SEED, NotPopulated, Order
from plugins.populator.stock import FIRST, STOCK


class Command(BaseCommand):
    help = "Fills an application with made-up users: sessions, views, events, crashes, ratings, countries, devices."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", "--app-key", help=f'key or id; without it one named "{demo.NAME}" is made')
        parser.add_argument(
            "--template",
            default=FIRST,
            help=f"name or id of a template, such as {', '.join(STOCK)}; {FIRST} if missing",
        )
        parser.add_argument("--users", type=int, default=300)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--sessions", type=int, default=100, help="of a user, at most")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same people and habits")
        parser.add_argument(
            "--without", action="append", default=[], choices=FEATURES, help="leave that out; can be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not states.is_on("populator"):
            raise CommandError("The plugin populator is off.")
        if options["days"] < 1 or options["users"] < 1:
            raise CommandError("--days and --users must be at least 1.")
        if not 0 <= options["seed"] <= MAX_SEED:
            raise CommandError(f"--seed must be between 0 and {MAX_SEED}.")
        order = Order(
            template_id=_template_id(options["template"]),
            users=options["users"],
            days=options["days"],
            most_sessions=options["sessions"],
            seed=options["seed"],
            features=tuple(one for one in FEATURES if one not in options["without"]),
        )
        application = _application(options["app"])
        began = time.monotonic()
        try:
            made = populating.populate(order, application, member=None, progress=self.show_progress)
        except NotPopulated as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"\nSent {made['requests']:,} requests of {made['users']:,} users over {options['days']} days "
            f"in {time.monotonic() - began:.0f} s to app key {application.key}."
        )

    def show_progress(self, share: float) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{share:.0%}", ending="")
            self.stdout.flush()


def _application(named: str | None) -> ApplicationInfo:
    if not named:
        return demo.demo_application()
    found = lookup.by_key(named) or lookup.by_id(named)
    if found is None:
        raise CommandError(f"No application has the key or id {named!r}.")
    return found


def _template_id(named: str) -> str:
    if templates.find(named) is not None:
        return named
    found = next((one for one in templates.everything() if str(one.get(NAME)).casefold() == named.casefold()), None)
    if found is None:
        names = ", ".join(str(one.get(NAME)) for one in templates.everything())
        raise CommandError(f"No template is named {named!r}. There are: {names}.")
    return str(found["_id"])
