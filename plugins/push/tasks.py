"""What Celery runs. The message says "look what is due"; what waits is in MongoDB, and a job looks every minute too."""

from celery import shared_task

from plugins.push.sending import lane


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[no-untyped-call, untyped-decorator]  # Celery has no types
def task_send() -> None:
    lane.go()
