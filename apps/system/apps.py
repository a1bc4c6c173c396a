from typing import Any

from django.apps import AppConfig


class SystemConfig(AppConfig):
    name = "apps.system"

    def ready(self) -> None:
        from celery.signals import worker_ready  # signals are connected once the app registry is complete

        worker_ready.connect(_worker_is_ready, dispatch_uid="system.worker_is_ready")


def _worker_is_ready(**_: Any) -> None:
    from apps.system.supervision import roles  # only a worker needs it

    roles.worker_is_ready()
