from typing import Any

from django.apps import AppConfig


class SystemConfig(AppConfig):
    name = "apps.system"

    def ready(self) -> None:
        from celery.signals import task_postrun, worker_ready  # signals are connected once Django is set up

        from apps.system import heartbeat

        worker_ready.connect(_begin_work, dispatch_uid="system.begin_work")  # type: ignore[no-untyped-call]  # Celery has no types
        task_postrun.connect(heartbeat.note_task, dispatch_uid="system.note_task")  # type: ignore[no-untyped-call]


def _begin_work(**_: Any) -> None:
    from apps.system import beat  # slow import; only a worker needs it
    from apps.system.supervision import roles

    beat.start_thread()
    roles.report_ready()
