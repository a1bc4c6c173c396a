"""`manage.py doctor` says what is wrong and how to mend it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.plugin_api.checkup import CHECKS as FURTHER_CHECKS
from apps.system.checkup import environment, plugins, stores, traffic
from apps.system.checkup.findings import Check, examine

CHECKS = [
    stores.check_mongodb,
    stores.check_migrations,
    stores.check_redis,
    traffic.check_web,
    traffic.check_worker,
    traffic.check_queue,
    traffic.check_drops,
    environment.check_disk,
    environment.check_secrets,
    environment.check_addresses,
    environment.check_mail,
    environment.check_geoip,
    plugins.check_plugins,
]


def _further_checks() -> list[Check]:
    """Those of plugins that are on; the settings that say so are in the database."""
    try:
        return FURTHER_CHECKS.entries()
    except (PyMongoError, DatabaseError):
        return []  # what is wrong with the database has been said


class Command(BaseCommand):
    help = "Examines stores, processes, queue and settings. Exit status 1 when something fails."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        styles = {"ok": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}
        failures = 0
        for finding in examine([*CHECKS, *_further_checks()]):
            self.stdout.write(styles[finding.level](str(finding)))
            failures += finding.level == "fail"
        if failures:
            raise SystemExit(1)
