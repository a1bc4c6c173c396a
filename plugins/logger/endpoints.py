"""`/o?method=logs` and `/o?method=collection_info`, for members who may read the logs of the application."""

from typing import Any

from apps.analytics.reading import Reading
from apps.core import client_queries, client_reads
from apps.core.client_queries import Filter, InvalidQuery
from plugins.logger import documents, settings
from plugins.logger.documents import Entry


def show(reading: Reading) -> dict[str, Any]:
    with client_reads.bounded():
        entries = list(documents.find(reading.application.id, _filter(reading)))
    return {
        "logs": [shown(entry) for entry in entries],
        "state": settings.state_of(reading.application),
    }


def shown(entry: Entry) -> Entry:
    return {**{name: value for name, value in entry.items() if name != "uid"}, "_id": str(entry["_id"])}


def show_size(reading: Reading) -> dict[str, Any]:
    count = documents.count(reading.application.id)
    return {"capped": documents.LIMIT, "count": count, "max": documents.LIMIT}


def _filter(reading: Reading) -> Filter:
    """What cannot be read is no filter, as clients know it."""
    try:
        return client_queries.read(reading.parameters.get("filter"), fields=documents.FIELDS)
    except InvalidQuery:
        return {}
