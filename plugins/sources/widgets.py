"""Where users come from, and what they searched for, on the home page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.analytics import values
from apps.analytics.computations import Row
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from plugins.sources.enrichment import search_term


def sources(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    """Those with most sessions."""
    return _shown(values.top_by_sessions(ask(application, period), "sources"), "sources")


def searches(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    """The terms with most sessions."""
    rows = values.by_sessions(ask(application, period), "sources", search_term)
    return _shown(values.top(rows, "t"), "sources_searches")


def _shown(rows: list[Row], screen: str) -> Mapping[str, Any]:
    return {"rows": rows, "measure": _("Sessions"), "screen": screen}
