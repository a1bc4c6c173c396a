from typing import Any

import pytest

from apps.plugin_api import audit


@pytest.fixture
def told() -> Any:
    heard: list[dict[str, Any]] = []

    def hear(sender: object, data: dict[str, Any], **kwargs: Any) -> None:
        heard.append(data)

    audit.action_recorded.connect(hear)
    yield heard
    audit.action_recorded.disconnect(hear)


def test_secrets_never_reach_the_log(told: list[dict[str, Any]]) -> None:
    audit.record("user_updated", {"update": {"password": "Secret-1", "lang": "de"}, "list": [{"api_key": "k"}]})
    audit.record("app_created", {"name": "Shop", "salt": "Secret-2", "checksum_salt": None})

    assert told == [
        {"update": {"password": True, "lang": "de"}, "list": [{"api_key": True}]},
        {"name": "Shop", "salt": True, "checksum_salt": None},
    ]


def test_secrets_that_changed_are_seen_to_have_changed(told: list[dict[str, Any]]) -> None:
    for before, after in (("old", "new"), ("same", "same"), ("old", ""), ("", "new")):
        audit.record("app_updated", {"before": {"salt": before, "name": "A"}, "update": {"salt": after, "name": "A"}})

    assert told == [
        {"before": {"name": "A"}, "update": {"salt": True, "name": "A"}},
        {"before": {"salt": True, "name": "A"}, "update": {"salt": True, "name": "A"}},
        {"before": {"name": "A"}, "update": {"salt": "", "name": "A"}},
        {"before": {"salt": "", "name": "A"}, "update": {"salt": True, "name": "A"}},
    ]
