from celery import shared_task

from apps.core.lane import Lane
from apps.system import scheduling

_lane = Lane("jobs", scheduling.run_due)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_run_jobs() -> None:
    """Sent by the beat every few seconds."""
    _lane.go()
