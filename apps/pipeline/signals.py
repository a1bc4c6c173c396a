"""What the pipeline tells the rest of the house."""

from django.dispatch import Signal

#: Sent in the worker after the commit, at least once per batch: for a worker that died right after a commit its
#: successor sends it. Arguments: `application_ids: set[str]`, whose figures changed;
#: `accepted: dict[str, int]`, requests counted per application.
batch_written = Signal()
