import pytest

from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.plugin_api import configuration

pytestmark = pytest.mark.django_db

DEFAULTS = {"limit": 10, "title": "t", "is_on": True, "share": 0.5, "list": []}


@pytest.fixture(autouse=True)
def _namespace(monkeypatch):
    monkeypatch.setattr(configuration, "_defaults", {"probe": dict(DEFAULTS)})


def stored():
    return mongo.collection("plugins").find_one({"_id": "plugins"})


def application(overrides):
    return ApplicationInfo(id="a" * 24, key="k", overrides=overrides)


def test_unset_settings_have_their_defaults():
    assert dict(configuration.read("probe")) == DEFAULTS


def test_stored_value_replaces_the_default_and_the_application_s_own_replaces_both():
    configuration.write("probe", {"limit": 20, "title": "stored"})

    assert dict(configuration.read("probe")) == {**DEFAULTS, "limit": 20, "title": "stored"}
    own = configuration.read("probe", application({"probe": {"limit": 30, "extra": 1}, "other": {"title": "x"}}))
    assert dict(own) == {**DEFAULTS, "limit": 30, "title": "stored", "extra": 1}


@pytest.mark.parametrize("overrides", [{}, {"probe": None}, {"probe": "text"}, {"probe": []}])
def test_malformed_overrides_are_passed_over(overrides):
    assert dict(configuration.read("probe", application(overrides))) == DEFAULTS


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"limit": "25"}, {"limit": 25}),
        ({"limit": "many"}, {"limit": 0}),
        ({"limit": " 12abc"}, {"limit": 12}),
        ({"limit": "9.7"}, {"limit": 9}),
        ({"limit": "-3"}, {"limit": -3}),
        ({"limit": "9" * 5_000}, {"limit": 2_147_483_647}),
        ({"limit": 7.0}, {"limit": 7}),
        ({"limit": None}, {"limit": 0}),
        ({"limit": 99_999_999_999}, {"limit": 2_147_483_647}),
        ({"title": 5}, {"title": "5"}),
        ({"is_on": "false"}, {"is_on": False}),
        ({"is_on": 1}, {"is_on": True}),
        ({"list": ["a"]}, {"list": ["a"]}),
    ],
)
def test_values_take_the_type_of_the_default(given, read):
    configuration.write("probe", given)

    assert dict(configuration.read("probe")) == {**DEFAULTS, **read}
    assert stored()["probe"] == read


def test_wrong_types_in_an_adopted_document_are_mended_on_read():
    mongo.collection("plugins").insert_one({"_id": "plugins", "probe": {"limit": "12", "title": 3}})

    assert dict(configuration.read("probe")) == {**DEFAULTS, "limit": 12, "title": "3"}


@pytest.mark.parametrize("name", ["", "a.b", "$set", "a\0"])
def test_name_that_cannot_be_stored_is_refused(name):
    with pytest.raises(configuration.InvalidSetting):
        configuration.write("probe", {"limit": 1, name: 2})
    with pytest.raises(configuration.InvalidSetting):
        configuration.write(name, {"limit": 1})

    assert stored() is None


def test_ensure_defaults_writes_what_is_missing_and_overwrites_nothing():
    mongo.collection("plugins").insert_one({"_id": "plugins", "probe": {"limit": 1}, "plugins": {"views": True}})

    configuration.ensure_defaults()
    configuration.ensure_defaults()

    assert stored() == {"_id": "plugins", "probe": {**DEFAULTS, "limit": 1}, "plugins": {"views": True}}


def test_change_of_another_process_is_seen_after_three_seconds(monkeypatch):
    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(configuration, "time", clock)
    configuration.read("probe")
    mongo.collection("plugins").insert_one({"_id": "plugins", "probe": {"limit": 1}})

    clock.now += 2.9
    assert configuration.read("probe")["limit"] == 10
    clock.now += 0.2
    assert configuration.read("probe")["limit"] == 1


def test_what_was_read_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        configuration.read("probe")["limit"] = 5
