"""Reads a running server's figures as a dashboard or a script would: through `/o`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from apps.applications.info import ApplicationInfo
from tests.stack import Stack


def read(stack: Stack, application: ApplicationInfo, method: str, **parameters: str) -> Any:
    query = {"api_key": stack.api_key, "app_id": application.id, "method": method, "period": "30days", **parameters}
    with urlopen(f"{stack.url}/o?{urlencode(query)}", timeout=20) as answer:
        return json.load(answer)


def figures_of(day: datetime, tree: dict[str, Any]) -> dict[str, Any]:
    """Of that day in the tree, without those of its hours."""
    figures = tree[str(day.year)][str(day.month)][str(day.day)]
    return {name: value for name, value in figures.items() if not name.isdigit()}


def zone_at_noon() -> str:
    """A time zone in which it is about noon, so that no test runs over midnight."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def today_of(application: ApplicationInfo) -> datetime:
    return datetime.now(ZoneInfo(application.timezone))


def yesterday_noon(application: ApplicationInfo) -> datetime:
    return (today_of(application) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
