import json
from dataclasses import replace
from typing import Any

from apps.aggregation.requests import IngestRequest
from apps.applications.info import ApplicationInfo
from plugins.web.enrichment import add_browser
from tests.aggregation.ledger import APP_ID, request

WEB = ApplicationInfo(id=APP_ID, key="key", type="web")
MOBILE = ApplicationInfo(id=APP_ID, key="key", type="mobile")
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)


def sent(user_agent: str = CHROME, **parameters: Any) -> IngestRequest:
    made = request(**parameters)
    record = made.record
    return replace(made, record=type(record)(**{**_fields(record), "user_agent": user_agent}))


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_a_session_gets_what_is_missing() -> None:
    assert add_browser(sent(begin_session=1, metrics={"_os": "Mine", "_app_version": "1"}), WEB) == {
        "metrics": {
            "_os": "Mine",
            "_app_version": "1",
            "_browser": "Chrome",
            "_browser_version": "[chrome]_120.0",
            "_os_version": "10",
            "_device": "Unknown",
            "_device_type": "desktop",
        }
    }


def test_only_web_applications_run_on_desktops_by_default() -> None:
    found = add_browser(sent(begin_session=1), MOBILE)
    assert found is not None
    assert "_device_type" not in found["metrics"]


def test_programs_are_no_browsers() -> None:
    assert add_browser(sent("python-requests/2.31", begin_session=1, metrics={"_os": "Linux"}), MOBILE) == {}


def test_the_user_agent_of_the_metrics_wins() -> None:
    found = add_browser(sent("", begin_session=1, metrics={"_ua": CHROME}), WEB)
    assert found is not None
    assert found["metrics"]["_browser"] == "Chrome"


def test_a_crash_gets_system_and_browser() -> None:
    found = add_browser(sent(crash={"_error": "x", "_os": ""}), WEB)
    system = {"_os": "Windows", "_os_version": "Windows 10", "_browser": "Chrome", "_device": "Unknown"}
    assert found == {"crash": {"_error": "x", **system}}


def test_views_and_ratings_name_the_platform() -> None:
    events = [
        {"key": "[CLY]_view", "segmentation": {"name": "a"}},
        {"key": "[CLY]_view", "segmentation": {"name": "b", "segment": "Web"}},
        {"key": "[CLY]_star_rating", "segmentation": {"rating": 5}},
        {"key": "Buy", "segmentation": {"name": "c"}},
    ]
    found = add_browser(sent(events=json.dumps(events)), WEB)
    assert found is not None
    assert [event["segmentation"] for event in found["events"]] == [
        {"name": "a", "segment": "Windows"},
        {"name": "b", "segment": "Web"},
        {"rating": 5, "platform": "Windows"},
        {"name": "c"},
    ]


def test_other_requests_are_left_alone() -> None:
    assert add_browser(sent(session_duration=30, events=[{"key": "Buy"}]), WEB) is None
    assert add_browser(sent(begin_session=1, metrics="[broken"), WEB) is not None
