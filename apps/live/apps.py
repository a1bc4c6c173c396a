from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "apps.live"

    def ready(self) -> None:
        from apps.live.broadcast import announce_batch  # the channel layer needs settings
        from apps.pipeline.signals import batch_written

        batch_written.connect(announce_batch, dispatch_uid="live.announce_batch")
