"""What the pipeline tells the rest of the house; described where plugins find it."""

from apps.plugin_api.signals import batch_written

__all__ = ["batch_written"]
