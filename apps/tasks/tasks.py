"""What Celery runs. A message says "look whether something waits"; the tasks themselves are in MongoDB."""

from celery import shared_task

from apps.core.lane import Lane
from apps.tasks import records, running

_lane = Lane("long-tasks", running.run_waiting)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_run_waiting() -> None:
    """Also sent by the beat: a message that was lost, or a worker that died, delays a task by seconds only."""
    records.mark_lost()
    _lane.go()
