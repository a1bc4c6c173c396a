"""`manage.py compilemessages`: instead of Django's, which needs the programs of gettext. The server compiles at its
start too; an image whose files cannot be written compiles when it is built."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.system import translations


class Command(BaseCommand):
    help = "Compiles the catalogs that have changed, of the server and of each plugin."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in translations.compile_outdated():
            self.stdout.write(f"compiled {path}")
