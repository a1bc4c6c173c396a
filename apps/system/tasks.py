import logging

from celery import shared_task

from apps.core import clock
from apps.core.lane import Lane
from apps.system import scheduling
from apps.system.demo.sending import SendingFailed, send
from apps.system.demo.traffic import demo_requests

logger = logging.getLogger(__name__)

_lane = Lane("jobs", scheduling.run_due)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_run_jobs() -> None:
    """Sent by the beat every few seconds."""
    _lane.go()


@shared_task(acks_late=False, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_send_demo(*, url: str, app_key: str, users: int, days: int, seed: int) -> None:
    """At most once: half of the traffic is a fine demo, twice the traffic is not."""
    requests = demo_requests(seed=seed, users=users, days=days, until_ms=clock.now_ms())
    try:
        send(url, app_key, requests, lambda _: None)
    except SendingFailed:
        logger.exception("the demo traffic could not be sent")
