"""Names and ids in the collection `times_of_day`: a document for each application, event and month."""

from apps.aggregation.shards import Shard

TIMES_OF_DAY = "times_of_day"
SESSIONS = "[CLY]_session"


def document_id(application_id: str, event: str, month_id: str, shard: Shard) -> str:
    return f"{application_id}_{event}_{month_id}{shard.bare_suffix}"


def counter(weekday: int, hour: int) -> str:
    """`weekday` 0 is Sunday."""
    return f"d.{weekday}.{hour}.count"
