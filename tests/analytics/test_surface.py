"""What clients of the read API may ask for: every documented method, path, metric and period is there."""

import json

import pytest

from apps.analytics.metrics import live_field
from apps.openapi.addresses import addresses

METHODS = """
users sessions locations app_versions device_details devices carriers cities countries langs density browser sources
events get_events get_event_groups get_event_group top_events
total_users get_period_obj geodata notes all_apps jobs suspend_job
crashes reports user_crashes views get_view_segments star times-of-day logs collection_info systemlogs systemlogs_meta
"""
PATHS = """
/o/analytics/dashboard /o/analytics/countries /o/analytics/sessions /o/analytics/metric /o/analytics/tops
/o/analytics/loyalty /o/analytics/frequency /o/analytics/durations /o/analytics/events /o/app_users/loyalty
/o/ping /o/system/version /o/system/plugins /o/countly_version /o/apps/all /o/apps/mine /o/apps/details /o/users/all
/o/users/me /o/tasks/all /o/token/list /o/export/db /o/export/data /o/export/request /o/date_presets/getAll
/o/cms/entries /o/configs /o/userconfigs /o/internal-events /o/slipping /o/keywords /o/sources /o/langmap
/o/server-stats/data-points /o/compare/events /o/actions /o/feedback/data /o/push/dashboard /o/dashboards/all
/o/reports/all /o/errorlogs /o/db /o/notes /o/plugins /o/plugins-check
"""
LIVE = {
    "devices": "d",
    "device_type": "dt",
    "app_versions": "av",
    "os": "p",
    "platforms": "p",
    "os_versions": "pv",
    "platform_versions": "pv",
    "resolutions": "r",
    "countries": "cc",
    "cities": "cty",
    "carriers": "c",
    "sources": "src",
    "densities": "dnst",
    "languages": "la",
    "langs": "la",
    "browser": "brw",
}
PERIODS = [
    *("hour", "yesterday", "day", "prevMonth", "month", "1days", "7days", "30days", "90days", "365days", "1weeks"),
    *("3weeks", "2months", "1years", "12hours", "30minutes", "no period"),
    *("[1741132800,1741737600]", "[1741132800000,1741737600000]", "[1741132800000,1741132800000]"),
    *("[1741737600000,1741132800000]", '["05-03-2025 00:00:00","12-03-2025 00:00:00"]'),
    *('{"since":1740787200000}', '{"since":1740787200000,"x":1}', '{"period":"30days","exclude_current_day":true}'),
]


@pytest.mark.django_db
def test_every_method_and_path_is_there() -> None:
    documented = {f"/o?method={name}" for name in METHODS.split()} | set(PATHS.split())
    assert documented - {address.path for address in addresses()} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("metric", "field"), LIVE.items())
def test_live_users_are_counted_by_every_documented_metric(metric: str, field: str) -> None:
    assert live_field(metric) == field


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_is_answered_everywhere(read, store, period: str) -> None:
    store("users", "2025:3", "k", d={"12": {"t": 1, "u": 1, "DE": {"t": 1, "u": 1}, "13": {"t": 1, "u": 1}}})
    described = read("/o", method="get_period_obj", period=period)
    assert described["start"] < described["end"]
    json.dumps(described, allow_nan=False)
    steps = read("/o/analytics/sessions", period=period)
    holds_the_day = described["start"] <= 1741780800000 <= described["end"]
    assert sum(step["t"] for step in steps) == (1 if holds_the_day else 0)
    block = next(iter(read("/o/analytics/dashboard", period=period).values()))
    assert block["dashboard"]["total_sessions"]["total"] == (1 if holds_the_day else 0)
