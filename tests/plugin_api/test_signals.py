"""What is told when applications and members change."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.accounts import members
from apps.accounts.models import Member
from apps.applications import lifecycle, removal
from apps.plugin_api import configuration, signals, states

pytestmark = pytest.mark.django_db

NAMES = (
    "application_created",
    "application_updated",
    "application_deleted",
    "application_reset",
    "member_created",
    "member_updated",
    "member_deleted",
    "plugin_switched",
    "settings_changed",
)


@pytest.fixture
def told() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    receivers = {}
    for name in NAMES:

        def receive(sender: None, signal: Any, name: str = name, **arguments: Any) -> None:
            heard.append((name, arguments))
            raise RuntimeError("a receiver that fails disturbs nobody")

        receivers[name] = receive
        getattr(signals, name).connect(receive, weak=False)
    yield heard
    for name, receive in receivers.items():
        getattr(signals, name).disconnect(receive)


def test_applications(told: list[tuple[str, dict[str, Any]]]) -> None:
    application = lifecycle.create_application("Shop")
    application_id = str(application.pk)
    lifecycle.change_application(application, {"name": "Store"})
    lifecycle.change_settings(application, {"api": {"event_limit": 3}})
    removal.reset_application(application, removal.ALL)
    removal.delete_application(application)
    only = {"application_id": application_id}
    assert told == [
        ("application_created", only),
        ("application_updated", only),
        ("application_updated", only),
        ("application_reset", {**only, "period": "all"}),
        ("application_deleted", only),
    ]


def test_members(told: list[tuple[str, dict[str, Any]]]) -> None:
    member = members.create_member(full_name="A", username="a", email="a@example.com", password="Correct-Horse-1")
    only = {"member_id": str(member.pk)}
    members.reset_api_key(member)
    members.set_locked([member], True)
    members.delete_member(member)
    deleted = ("member_deleted", {**only, "email": "a@example.com"})
    assert told == [*((name, only) for name in ("member_created", "member_updated", "member_updated")), deleted]
    assert Member.objects.count() == 0


def test_settings_and_switches(told: list[tuple[str, dict[str, Any]]]) -> None:
    configuration.write("api", {"event_limit": 3})
    states.switch("views", False)
    assert told == [
        ("settings_changed", {"namespace": "api", "values": {"event_limit": 3}}),
        ("settings_changed", {"namespace": "plugins", "values": {"views": False}}),
        ("plugin_switched", {"plugin": "views", "on": False}),
    ]
