"""What rooms and plugins add to the counting: metrics, enrichments, reserved events that count, and parts.

`current` is the state of the registries at one moment. A batch is counted with one such state from its beginning to its
end, so that it is the same for all of its requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.aggregation.metrics import BUILT_IN, METRICS, MetricTable, table_of
from apps.aggregation.parts import Part
from apps.aggregation.requests import IngestRequest
from apps.applications.info import ApplicationInfo
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Adds to the parameters of a request before anything of it is counted.

    `enrich` is pure and answers the parameters to put in, over those of the same name; None or nothing leaves the
    request as it is. Raising makes the request a dead letter. It runs for requests that bring one of `parameters`, in
    the order of registration; each sees what those before it put in.
    """

    enrich: Callable[[IngestRequest, ApplicationInfo], Mapping[str, Any] | None]
    parameters: frozenset[str]


ENRICHMENTS: Registry[Enrichment] = Registry("enrichment")

#: By the key of the event. Those that are not here and start with `[CLY]_` are no custom events, and are dropped.
COUNTED_EVENTS: Registry[bool] = Registry("reserved event")
_BUILT_IN_EVENTS = {"[CLY]_star_rating": "star-rating", "[CLY]_push_action": "push", "[CLY]_push_sent": "push"}
for _key, _plugin in _BUILT_IN_EVENTS.items():
    COUNTED_EVENTS.register(_key, True, plugin=_plugin)

PARTS: Registry[Part[Any]] = Registry("part of the counting")


@dataclass(frozen=True, slots=True)
class Extensions:
    metrics: MetricTable
    reserved_events: frozenset[str]
    enrichments: tuple[Enrichment, ...] = ()
    parts: tuple[Part[Any], ...] = ()
    events_of_parts: frozenset[str] = frozenset()  # reserved ones that parts count in their own way


#: Without any plugin.
PLAIN = Extensions(table_of(BUILT_IN), frozenset(_BUILT_IN_EVENTS))


def current() -> Extensions:
    parts = tuple(PARTS.entries())
    return Extensions(
        metrics=table_of(tuple(METRICS.entries())),
        reserved_events=frozenset(key for key, _ in COUNTED_EVENTS.items()),
        enrichments=tuple(ENRICHMENTS.entries()),
        parts=parts,
        events_of_parts=frozenset(key for part in parts for key in part.triggers.events),
    )
