"""`manage.py plugins` says which plugins there are, and what is wrong with them."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.plugin_api import loader, states


class Command(BaseCommand):
    help = "Lists plugins with state and version. Exit status 1 when one cannot be used."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, config in loader.started().items():
            state = "on" if states.is_on(name) else "off"
            missing = [parent for parent in config.requires if not states.is_on(parent)]
            why = f" ({', '.join(missing)} is off)" if missing and states.is_wanted(name) else ""
            self.stdout.write(f"{state:<6} {name:<24} {config.version:<10} {config.title}{why}")
        for problem in loader.problems():
            self.stdout.write(self.style.ERROR(f"{'broken':<6} {problem.plugin or problem.path:<24} {problem.text}"))
        if loader.problems():
            raise SystemExit(1)
