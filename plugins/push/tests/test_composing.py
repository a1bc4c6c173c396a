from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from plugins.push import composing, scheduling
from plugins.push.automatic import date_of, due_at
from plugins.push.gateways import outcomes

UTC = ZoneInfo("UTC")
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


@given(st.lists(st.one_of(st.text("ab {}|", max_size=6), st.sampled_from(["{name|x}", "{custom.a}", "{api.b|y z}"]))))
def test_texts_with_places_come_back_as_they_were_written(parts: list[str]) -> None:
    written = "".join(parts)
    text, places = composing.split(written)
    assert composing.joined(text, places).replace("\u200b", "") == written


def test_the_form_makes_the_message_of_an_api_client() -> None:
    form = QueryDict(
        "name=First&platforms=i&platforms=a&property_0=cc&values_0=DE,+FR&query={\"av\":\"1\"}&when=later"
        "&start=2026-11-25T10:00&tz=on&title=Hi+{name|you}!&message=News&button_0=Go&button_url_0=https://x.example"
        "&language_0=DE&message_0=Neues&expiration=2&platform_2=i&title_2=Apple&media_2=https://x.example/p.png"
        "&subtitle=Sub&wakes=on&extras=name,+custom.plan"
    )  # fmt: skip
    sent = composing.read(form, "a" * 24, ZoneInfo("Europe/Berlin"), 0)
    assert sent == {
        "app": "a" * 24,
        "platforms": ["i", "a"],
        "filter": {"user": '{"$and": [{"cc": {"$in": ["DE", "FR"]}}, {"av": "1"}]}'},
        "triggers": [
            {
                "kind": "plain",
                "start": 1_795_597_200_000,
                "delayed": False,
                "tz": True,
                "sctz": -60,
                "reschedule": False,
            }
        ],
        "contents": [
            {
                "title": "Hi !",
                "titlePers": {"3": {"f": "you", "c": False, "k": "name", "t": "u"}},
                "message": "News",
                "expiration": 2 * DAY_MS,
                "buttons": [{"title": "Go", "url": "https://x.example"}],
                "extras": ["name", "custom.plan"],
                "specific": [{"subtitle": "Sub"}, {"setContentAvailable": True}],
            },
            {"la": "de", "message": "Neues"},
            {"p": "i", "title": "Apple", "media": "https://x.example/p.png"},
        ],
        "info": {"title": "First", "silent": False},
    }
    check_round_trip(sent)


def check_round_trip(sent: dict[str, Any]) -> None:
    """What is stored comes back into the form, and out of it as it was."""
    start, zone = sent["triggers"][0]["start"], ZoneInfo("Europe/Berlin")
    assert not composing.carries_more(sent)
    form = QueryDict(mutable=True)
    for name, value in composing.values_of(sent, zone, start).items():
        form.setlist(
            name,
            value if isinstance(value, list) else ["on" if value is True else "" if value is False else str(value)],
        )
    assert composing.read(form, "a" * 24, zone, 0) == sent


def test_an_automatic_message_comes_back_into_the_form() -> None:
    form = QueryDict(
        "name=After&platforms=a&when=event&start=2026-11-25T10:00&end=2026-12-25T10:00&events=Buy&delay=5&cap=2&sleep=3"
        "&time=18:30&reschedule=on&actuals=on&message=News"
    )
    sent = composing.read(form, "a" * 24, ZoneInfo("Europe/Berlin"), 0)
    trigger = sent["triggers"][0]
    assert (trigger["time"], trigger["reschedule"], trigger["actuals"]) == (18 * HOUR_MS + 30 * MINUTE_MS, True, True)
    trigger["end"] = date_of(trigger["end"])  # as it is stored
    values = composing.values_of(sent, ZoneInfo("Europe/Berlin"), trigger["start"])
    assert {name: values[name] for name in ("time", "end", "delay", "cap", "sleep", "actuals")} == {
        "time": "18:30", "end": "2026-12-25T10:00", "delay": 5, "cap": 2, "sleep": 3, "actuals": True,
    }  # fmt: skip


@pytest.mark.parametrize("field", ["query={", "when=later&start=x", "badge=x", "when=event&time=x", "title_0=whose"])
def test_what_cannot_be_read_is_named(field: str) -> None:
    with pytest.raises(composing.Unreadable):
        composing.read(QueryDict(field), "a" * 24, UTC, 0)


def test_a_time_on_the_users_own_clock() -> None:
    """Ten o'clock, written in Berlin (an hour ahead of UTC), for users in New York and Tokyo."""
    start = 20_000 * DAY_MS + 9 * HOUR_MS
    trigger = {"start": date_of(start), "tz": True, "sctz": -60}
    now = start - 12 * HOUR_MS
    assert scheduling.due_at(trigger, {"tz": -300}, now) == start + 6 * HOUR_MS
    assert scheduling.due_at(trigger, {"tz": "540"}, now) == start - 8 * HOUR_MS
    assert scheduling.due_at(trigger, {}, now) == start
    assert scheduling.due_at(trigger, {"tz": 540}, start) is None
    assert scheduling.due_at({**trigger, "reschedule": True}, {"tz": 540}, start) == start + 16 * HOUR_MS


def test_an_automatic_message_waits_for_its_time_of_day() -> None:
    noon = 20_000 * DAY_MS + 12 * HOUR_MS
    assert due_at({"delay": MINUTE_MS}, noon, None) == noon + MINUTE_MS
    assert due_at({"time": 18 * HOUR_MS}, noon, 60) == noon + 5 * HOUR_MS
    assert due_at({"time": 8 * HOUR_MS}, noon, 0) is None
    assert due_at({"time": 8 * HOUR_MS, "reschedule": True}, noon, 0) == noon + 20 * HOUR_MS


@pytest.mark.parametrize(("text", "seconds"), [("30", 30), ("", 0), ("soon", 0), ("99999999", 3_600), (None, 0)])
def test_retry_after_is_read_with_care(text: str | None, seconds: int) -> None:
    assert outcomes.later("x", text).wait_seconds == seconds
