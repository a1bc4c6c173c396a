from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class LiveConfig(AppConfig):
    name = "apps.live"

    def ready(self) -> None:
        from apps.applications.data import register_application_data
        from apps.live import latest
        from apps.live.broadcast import announce_batch  # the channel layer needs settings
        from apps.plugin_api.signals import batch_written, users_deleted

        batch_written.connect(announce_batch, dispatch_uid="live.announce_batch")
        users_deleted.connect(forget_users, dispatch_uid="live.forget_users")
        title = gettext_lazy("what came in during the last hour")
        register_application_data(title, clear=latest.forget, delete=latest.forget)


def forget_users(sender: object, application_id: str, **_: Any) -> None:
    """Who is deleted is named in no list."""
    from apps.live import latest  # settings must be there

    latest.forget(application_id)
