"""What the pipeline tells the rest of the house."""

from django.dispatch import Signal

#: Sent in the worker after the commit, once per batch. Arguments: `application_ids: set[str]`, whose figures changed;
#: `accepted: dict[str, int]`, requests counted per application.
batch_written = Signal()
