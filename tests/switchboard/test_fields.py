import pytest

from apps.plugin_api.configuration import Described
from apps.switchboard.fields import Unreadable, field_of, value_from

CHOICES = Described("State", choices={"on": "On", "off": "Off"})
SECRET = Described("Key", is_secret=True)
PORT = Described("Port", pattern="[0-9]{1,5}")


@pytest.mark.parametrize(
    ("value", "default", "described", "kind", "text", "shown_default"),
    [
        (True, True, None, "flag", "true", "On"),
        (False, True, None, "flag", "false", "On"),
        (5, 10, None, "number", "5", "10"),
        ("a", "", None, "text", "a", ""),
        ("a\nb", "a\nb", None, "lines", "a\nb", "a\nb"),
        ("x" * 80, "x", None, "lines", "x" * 80, "x"),
        ("x" * 80, "x" * 80, None, "lines", "x" * 80, ""),
        ({"rate": ""}, {"rate": ""}, None, "json", '{"rate": ""}', '{"rate": ""}'),
        ("on", "off", CHOICES, "choice", "on", "Off"),
        ("s3cret", "", SECRET, "secret", "", "…"),
        (3, None, None, "number", "3", ""),
    ],
)
def test_a_setting_is_shown_by_its_kind(value, default, described, kind, text, shown_default):
    field = field_of("some_name", value, default, described)
    assert (field.kind, field.text, field.default) == (kind, text, shown_default)
    assert field.differs is (default is not None and value != default)
    assert field.title == (described.title if described else "Some name")


@pytest.mark.parametrize(
    ("value", "described", "sent", "read"),
    [
        (True, None, {}, False),
        (False, None, {"setting-n": "1"}, True),
        (5, None, {"setting-n": "7"}, 7),
        (5, None, {"setting-n": "7.5"}, 7.5),
        (5, None, {}, 5),
        ("a", None, {"setting-n": "b\r\nc"}, "b\nc"),
        ({"a": 1}, None, {"setting-n": '{"a": 2}'}, {"a": 2}),
        ("on", CHOICES, {"setting-n": "off"}, "off"),
        ("", PORT, {"setting-n": "8080"}, "8080"),
        ("8080", PORT, {"setting-n": ""}, ""),
        ("s3cret", SECRET, {"setting-n": ""}, "s3cret"),
        ("s3cret", SECRET, {"setting-n": "new"}, "new"),
    ],
)
def test_what_was_sent_has_the_type_of_the_setting(value, described, sent, read):
    assert value_from(field_of("n", value, value, described), sent) == read


@pytest.mark.parametrize(
    ("value", "described", "sent"),
    [
        (5, None, "many"),
        (5, None, "nan"),
        (5, None, "1e999"),
        ({}, None, "{broken"),
        ("on", CHOICES, "maybe"),
        ("", PORT, "80x"),
    ],
)
def test_what_cannot_be_read_is_refused(value, described, sent):
    with pytest.raises(Unreadable, match=sent[:3]):
        value_from(field_of("n", value, value, described), {"setting-n": sent})
