"""How templates of the server are written: in the notation of the form."""

from dataclasses import dataclass
from typing import Any

from plugins.populator import notation
from plugins.populator.generation.rhythm import Rhythm


@dataclass(frozen=True, slots=True)
class StockTemplate:
    id: str
    rhythm: Rhythm
    document: dict[str, Any]  # as stored ones are


def stock(
    id: str,
    name: str,
    rhythm: Rhythm,
    *,
    users: int,
    platforms: tuple[str, ...],
    properties: str,
    events: str,
    views: str,
    sequences: str,
    gap_hours: tuple[int, int],
    chosen: str,
    gap_conditions: str = "",
    sequence_conditions: str = "",
) -> StockTemplate:
    document = {
        "_id": id,
        "name": name,
        "isDefault": True,
        "uniqueUserCount": users,
        "platformType": list(platforms),
        "users": notation.read_properties(properties),
        "events": notation.read_events(events),
        "views": notation.read_views(views),
        "sequences": notation.read_sequences(sequences),
        "behavior": {
            "runningSession": list(gap_hours),
            "generalConditions": notation.read_gap_conditions(gap_conditions),
            "sequences": notation.read_weighted(chosen),
            "sequenceConditions": notation.read_sequence_conditions(sequence_conditions),
        },
    }
    return StockTemplate(id, rhythm, document)
