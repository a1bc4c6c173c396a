"""Work that is due at certain times. The worker runs it; a job that is still running is not started a second time."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Job:
    schedule: str  # five fields as cron knows them, in UTC
    run: Callable[[], object]  # may raise: the error is logged and shown with the job
    title: Text  # for people


JOBS: Registry[Job] = Registry("job")
