"""Switching plugins and changing settings in the dashboard."""

import pytest

from apps.plugin_api import audit, configuration, loader, states
from apps.plugin_api.loader import Problem
from tests.dashboard.conftest import application, as_member, outsider, owner, reader  # noqa: F401  fixtures
from tests.dummy_plugin.fixture import dummy  # noqa: F401  fixture

pytestmark = pytest.mark.usefixtures("dummy")

FEATURES, SETTINGS = "/manage/features", "/manage/settings"


@pytest.fixture
def admin(as_member, owner):  # noqa: F811
    return as_member(owner)


@pytest.fixture
def log():
    kept = []

    def keep(action, data, member, **_):
        kept.append((action, data["update"], member.username))

    audit.action_recorded.connect(keep)
    yield kept
    audit.action_recorded.disconnect(keep)


def messages(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("path", [FEATURES, SETTINGS])
def test_screens_are_for_global_administrators(as_member, reader, outsider, log, path):  # noqa: F811
    assert as_member(None).get(path)["Location"] == f"/login?next={path}"
    for person in (reader, outsider):
        assert as_member(person).get(path).status_code == 403
        assert as_member(person).post(path, {"action": "switch", "name": "dummy", "on": "0"}).status_code == 403
    assert (states.is_on("dummy"), log) == (True, [])


def test_a_feature_is_switched_off_and_on(admin, log):
    assert 'data-key="dummy"' in admin.get(FEATURES).content.decode()
    answer = admin.post(FEATURES, {"action": "switch", "name": "dummy", "on": "0"}, follow=True)
    assert (states.is_on("dummy"), messages(answer)) == (False, ["Dummy is off."])
    answer = admin.post(FEATURES, {"action": "switch", "name": "dummy", "on": "1"}, follow=True)
    assert (states.is_on("dummy"), messages(answer)) == (True, ["Dummy is on."])
    assert log == [("change_plugins", {"dummy": False}, "ada"), ("change_plugins", {"dummy": True}, "ada")]


def test_features_are_filtered_by_their_state(admin):
    admin.post(FEATURES, {"action": "switch", "name": "dummy", "on": "0"})
    shown = [
        'data-key="dummy"' in admin.get(FEATURES, {"state": state}).content.decode() for state in ("", "on", "off")
    ]
    assert shown == [True, False, True]


def test_an_unknown_feature_and_an_unknown_action_switch_nothing(admin, log):
    answer = admin.post(FEATURES, {"action": "switch", "name": "nobody", "on": "0"}, follow=True)
    assert (messages(answer), log) == (["There is no such feature."], [])
    assert admin.post(FEATURES, {"action": "other"}).status_code == 404


def test_features_tell_of_parents_that_are_off_and_of_what_is_broken(admin, monkeypatch):
    monkeypatch.setattr(loader, "_problems", [Problem("tests.broken", "broken", "It needs the setting X.")])
    monkeypatch.setattr(loader.started()["dummy"], "requires", ("dummy",))
    states.switch("dummy", False)
    shown = admin.get(FEATURES).content.decode()
    assert "It needs the setting X." in shown
    assert "Off while this is off: Dummy" in shown


def groups(answer):
    part = next(part for part in answer.context["parts"] if part.id == "settings")
    return {group["name"]: [field.name for field in group["fields"]] for group in part.values["groups"]}


def test_settings_are_searched_and_those_of_plugins_that_are_off_are_hidden(admin):
    assert {"api", "security", "dummy"} <= groups(admin.get(SETTINGS)).keys()
    assert groups(admin.get(SETTINGS, {"search": "COOLDOWN"})) == {"api": ["session_cooldown"]}
    assert groups(admin.get(SETTINGS, {"search": "dummy_own"})) == {"dummy_own": ["colour"]}
    assert groups(admin.get(SETTINGS, {"search": "no such thing"})) == {}
    states.switch("dummy", False)
    assert "dummy" not in groups(admin.get(SETTINGS))


def test_what_differs_is_shown_with_its_default(admin):
    assert groups(admin.get(SETTINGS, {"different": "1"})) == {}
    configuration.write("dummy", {"limit": 25, "secret": "s3cret"})
    answer = admin.get(SETTINGS, {"different": "1"})
    assert groups(answer) == {"dummy": ["limit", "secret"]}
    assert "default: 10" in answer.content.decode()
    assert "s3cret" not in answer.content.decode()


def form(**fields):
    return {
        "action": "save",
        "namespace": "dummy",
        "field": list(fields),
        **{f"setting-{n}": v for n, v in fields.items()},
    }


def test_only_what_was_changed_is_stored_and_logged(admin, log):
    configuration.write("dummy", {"secret": "s3cret", "is_loud": True})
    answer = admin.post(SETTINGS, form(limit="12", secret="", is_loud="1"), follow=True)
    assert messages(answer) == ["Saved."]
    assert dict(configuration.read("dummy")) == {"limit": 12, "is_loud": True, "secret": "s3cret"}
    assert log == [("change_configs", {"dummy": {"limit": 12}}, "ada")]
    answer = admin.post(
        SETTINGS, {"action": "save", "namespace": "dummy", "field": ["limit"], "setting-limit": "12"}, follow=True
    )
    assert (messages(answer), configuration.read("dummy")["is_loud"]) == (["Nothing has changed."], True)


def test_a_checkbox_that_was_not_sent_is_off(admin):
    configuration.write("dummy", {"is_loud": True})
    admin.post(SETTINGS, {"action": "save", "namespace": "dummy", "field": ["is_loud"]})
    assert configuration.read("dummy")["is_loud"] is False


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (form(limit="many"), "This cannot be read: Limit: many"),
        ({**form(limit="1"), "namespace": "plugins"}, "There are no such settings."),
        ({**form(limit="1"), "namespace": "nobody"}, "There are no such settings."),
    ],
)
def test_what_cannot_be_stored_changes_nothing(admin, log, sent, text):
    assert messages(admin.post(SETTINGS, sent, follow=True)) == [text]
    assert (configuration.read("dummy")["limit"], log) == (10, [])
