"""Where users come from, and what they searched for, on the home page."""

from collections.abc import Mapping
from typing import Any

from apps.analytics import values
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from plugins.sources.enrichment import search_term


def sources(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    """Those with most sessions."""
    return {"rows": values.top_by_sessions(ask(application, period), "sources"), "screen": "sources"}


def searches(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    """The terms with most sessions."""
    rows = values.by_sessions(ask(application, period), "sources", search_term)
    return {"rows": values.top(rows, "t"), "screen": "sources_searches"}
