from typing import Any

from django.core.management.base import BaseCommand

from apps.pipeline import drops
from apps.pipeline.flush import flush_all


class Command(BaseCommand):
    help = "Counts all that has been accepted so far; returns when it is visible."

    def handle(self, *args: Any, **options: Any) -> None:
        result = flush_all()
        drops.move_pending()
        self.stdout.write(f"{result.requests} requests in {result.batches} batches")
