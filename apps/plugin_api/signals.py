"""What happened, told once per batch or per action; never once per request or event.

Everything here is sent after the change is stored, in the process that made it, with `send_robust`: a receiver that
raises is logged and disturbs nobody, and nobody waits for the others. Plugins listen with `Offers.listen`, which keeps
receivers silent while the plugin is off. `sender` is always None.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.dispatch import Signal

logger = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """A request that was counted."""

    request: Any  # apps.aggregation.requests.IngestRequest
    profile: Mapping[str, Any]  # of its user, as it is after the batch; never change it


#: In the worker after the commit of a batch, at least once: for a worker that died right after a commit its successor
#: sends it. Never use it to count. `application_ids: set[str]`, whose figures changed; `accepted: dict[str, int]`,
#: requests counted per application; `latest: dict[str, list[Arrival]]`, the last few of them in their order, not from a
#: successor.
batch_written = Signal()

#: In the worker after the commit of a batch in which users became one, at most once.
#: `merges: list[apps.aggregation.merges.Merge]`.
users_merged = Signal()


class Noticed(NamedTuple):
    """Something that counting noticed, and that others may want to act on: the first crash of a group."""

    name: str  # as the protocol calls it, "/crashes/new"
    application_id: str
    details: Mapping[str, Any]  # what `name` promises of them; never change them


#: In the worker after the commit of a batch whose parts noticed something (`Effects.noticed`), at most once.
#: `noticed: list[Noticed]`, in the order of the requests. The plugin crashes tells `/crashes/new`, with the details
#: `crash` (the group as it began, with its `_id`), `report` and `user` (the profile).
noticed_in_batch = Signal()

#: In the worker, every few seconds when there are some: samples of requests of known applications that were refused at
#: the door and never counted, at most once, not all of them. `refusals: list[apps.pipeline.refusals.Refused]`.
requests_refused = Signal()

#: After users of an application were deleted with their data. `application_id: str`, `uids: list[str]`.
users_deleted = Signal()

#: `application_id: str`. Its collections exist.
application_created = Signal()

#: Its document or its own settings changed. `application_id: str`.
application_updated = Signal()

#: After its data, what people configured and its document are gone. `application_id: str`. To remove data of your own
#: register it with `apps.applications.data` instead: that is repeated when it breaks off.
application_deleted = Signal()

#: Data was removed but the application stays. `application_id: str`, `period: str`: "all", "reset" or the span that
#: stays, such as "3month".
application_reset = Signal()

#: `member_id: str` for these three; `email: str` beside it for the last.
member_created = Signal()
member_updated = Signal()
member_deleted = Signal()

#: `plugin: str`, `on: bool`: what people said; while a parent of it is off, it is off all the same. Other processes
#: follow within seconds and are not told.
plugin_switched = Signal()

#: `namespace: str`, `values: dict[str, Any]`, those that were written. As for `plugin_switched`.
settings_changed = Signal()


def tell(signal: Signal, **arguments: Any) -> None:
    """Sends it; what receivers raise is logged."""
    for receiver, outcome in signal.send_robust(sender=None, **arguments):
        if isinstance(outcome, Exception):
            logger.error("the receiver %s of a signal failed", receiver, exc_info=outcome)
