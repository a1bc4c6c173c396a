"""`manage.py send_demo` fills an application with some days of believable traffic, through the real `/i/bulk`."""

import time
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.system.demo.application import DEMO_NAME, demo_application, running_url
from apps.system.demo.sending import SendingFailed, send
from apps.system.demo.traffic import demo_requests


class Command(BaseCommand):
    help = "Sends demo traffic: sessions, metrics, countries and events of returning users."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app-key", help=f'of an existing application; without it one named "{DEMO_NAME}" is made')
        parser.add_argument("--url", help="of the server; without it the one that runs here")
        parser.add_argument("--days", type=int, default=14)
        parser.add_argument("--users", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same people and habits")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1 or options["users"] < 1:
            raise CommandError("--days and --users must be at least 1.")
        url = options["url"] or running_url()
        if urlsplit(url).scheme not in ("http", "https"):
            raise CommandError(f"--url must begin with http:// or https://, not {url!r}.")
        app_key = options["app_key"] or demo_application().key
        requests = demo_requests(
            seed=options["seed"], users=options["users"], days=options["days"], until_ms=clock.now_ms()
        )
        began = time.monotonic()
        try:
            send(url, app_key, requests, lambda done: self.show_progress(done, len(requests)))
        except SendingFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"\nSent {len(requests):,} requests of {options['users']:,} users over {options['days']} days "
            f"in {time.monotonic() - began:.0f} s to app key {app_key}."
        )

    def show_progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done:,} of {total:,} requests", ending="")
            self.stdout.flush()
