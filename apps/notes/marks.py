"""The notes of a period as marks on its charts."""

from datetime import datetime
from typing import Any

from apps.notes import notes
from apps.shell.visits import Visit
from apps.shell.zones import zone_of

MOST_MARKS = 50
PALETTE = 8
LONGEST_TEXT = 200


def of_visit(visit: Visit) -> list[dict[str, Any]]:
    """For `chart_of`: those that the member may see, the newest ones if there are many."""
    period = visit.question.period
    search = notes.Search([visit.application.id], period.start_ms, period.end_ms, is_descending=True, length=MOST_MARKS)
    size = period.unit
    return [
        {
            "label": step_label(note["ts"], size, visit.choice.zone),
            "text": f"{note.get('indicator', '')} {note.get('note', '')}".strip()[:LONGEST_TEXT],
            "color": int(note.get("color") or 0) % PALETTE,
        }
        for note in notes.visible(search, visit.member)[0]
    ]


def step_label(ms: float, size: str, zone: str) -> str:
    """As the analytics room names the step in which the moment lies."""
    moment = datetime.fromtimestamp(ms / 1000, zone_of(zone))
    month = f"{moment.year}-{moment.month}"
    if size == "month":
        return month
    return f"{month}-{moment.day} {moment.hour}:00" if size == "hour" else f"{month}-{moment.day}"
