"""A setting that is changed while the server runs holds in the web process and in the worker within seconds."""

import itertools

import pytest
import requests

from apps.core.keys import user_id
from tests.stack import Stack

SECONDS = 15  # far more than it takes on a machine that is not busy with other things

pytestmark = pytest.mark.stack


def changed(stack: Stack, **settings: object) -> None:
    stack.database().plugins.update_one({"_id": "plugins"}, {"$set": settings}, upsert=True)


def test_a_change_of_the_stored_settings_is_followed_without_a_restart(stack: Stack):
    application = stack.create_application("Settings")
    before = stack.database().plugins.find_one({"_id": "plugins"})
    numbers = itertools.count()

    def ask(path: str, **parameters: object) -> requests.Response:
        return requests.get(stack.url + path, params=parameters, timeout=10)

    def counted_seconds() -> int:
        device = f"device-{next(numbers)}"
        ask("/i", app_key=application.key, device_id=device, session_duration=100)
        stack.wait_until(lambda: profile_of(device) is not None)
        return profile_of(device)["tsd"]

    def profile_of(device: str) -> dict:
        users = stack.database()[f"app_users{application.id}"]
        return users.find_one({"_id": user_id(application.key, device)})

    assert ask("/o/ping").headers["X-Frame-Options"] == "deny"
    assert counted_seconds() == 100
    try:
        changed(
            stack,
            **{"api.session_duration_limit": 10, "security.api_additional_headers": "X-Frame-Options:sameorigin"},
        )
        stack.wait_until(lambda: ask("/o/ping").headers["X-Frame-Options"] == "sameorigin", SECONDS)
        assert ask("/i").headers["X-Frame-Options"] == "sameorigin"
        stack.wait_until(lambda: counted_seconds() == 10, SECONDS)
        # What an application has of its own comes before it, and with the next request.
        stack.database().apps.update_one(
            {"key": application.key}, {"$set": {"plugins": {"api": {"session_duration_limit": "20"}}}}
        )
        assert counted_seconds() == 20
    finally:
        stored = {name: before[name] for name in ("api", "security")}
        stack.database().plugins.update_one({"_id": "plugins"}, {"$set": stored})
    stack.wait_until(lambda: ask("/o/ping").headers["X-Frame-Options"] == "deny", SECONDS)
