from typing import Any

from django.apps import AppConfig


class SystemConfig(AppConfig):
    name = "apps.system"

    def ready(self) -> None:
        from celery.signals import task_postrun, worker_ready  # signals are connected once Django is set up

        from apps.system import heartbeat

        worker_ready.connect(_worker_is_ready, dispatch_uid="system.worker_is_ready")  # type: ignore[no-untyped-call]  # Celery has no types
        task_postrun.connect(heartbeat.note_task, dispatch_uid="system.note_task")  # type: ignore[no-untyped-call]


def _worker_is_ready(**_: Any) -> None:
    from apps.system.supervision import roles  # only a worker needs it

    roles.worker_is_ready()
