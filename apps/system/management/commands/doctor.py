"""`manage.py doctor` says what is wrong and how to mend it."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.system.checkup import environment, stores, traffic
from apps.system.checkup.findings import examine

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
]


class Command(BaseCommand):
    help = "Examines stores, processes, queue and settings. Exit status 1 when something fails."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        styles = {"ok": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}
        failures = 0
        for finding in examine(CHECKS):
            self.stdout.write(styles[finding.level](str(finding)))
            failures += finding.level == "fail"
        if failures:
            raise SystemExit(1)
