from typing import Any

from apps.plugin_api import audit


def test_secrets_never_reach_the_log() -> None:
    heard: list[dict[str, Any]] = []

    def hear(sender: object, data: dict[str, Any], **kwargs: Any) -> None:
        heard.append(data)

    audit.action_recorded.connect(hear)
    try:
        audit.record("user_updated", {"update": {"password": "Secret-1", "lang": "de"}, "list": [{"api_key": "k"}]})
    finally:
        audit.action_recorded.disconnect(hear)
    assert heard == [{"update": {"password": True, "lang": "de"}, "list": [{"api_key": True}]}]
