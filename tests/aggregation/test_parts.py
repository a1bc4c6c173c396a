"""What plugins add to the counting, without a database."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from apps.aggregation.batch import DUPLICATE, TooManyBroken
from apps.aggregation.extensions import PLAIN, Enrichment
from apps.aggregation.parts import NothingStored, Part, Triggers
from apps.core.keys import user_id
from tests.aggregation.ledger import APP_ID, NOON, Ledger, json_request, request

VIEW = "[CLY]_view"


@dataclass
class Seen:
    uids: list[frozenset[str]]
    profiles: list[list[dict[str, Any]]]
    moments: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: list[str] = field(default_factory=list)


class Watcher(Part[Seen]):
    """Notes what it is told, and raises where it is told so, after having spoilt its state."""

    def __init__(self, triggers: Triggers) -> None:
        self.triggers = triggers
        self.states: list[Seen] = []
        self.written: list[Seen] = []

    def load(self, concerned, read):
        self.states.append(Seen([frozenset(each.uids) for each in concerned], [[*each.profiles] for each in concerned]))
        return self.states[-1]

    def count(self, moment, state, effects):
        state.counts[moment.uid] += 1
        moment.profile.add("watched", 1)
        effects.updates.append(("watched", moment.uid, {"$inc": {"n": 1}}))
        state.moments.append(
            {
                "uid": moment.uid,
                "keys": [event.get("key") for event in moment.events],
                "began": moment.begun is not None,
                "lost": moment.closed_lost_session,
                "ended": moment.ended_session,
                "merged": moment.merge is not None,
            }
        )
        if moment.request.parameters.get("poison"):
            raise ValueError("poison")

    def note_dropped(self, request, reason, state):
        state.dropped.append(reason)

    def write(self, state, shard, writes, inserts):
        self.written.append(state)
        for uid, number in state.counts.items():
            writes.update("parts", f"{uid}_{shard.own('0')}", {"$inc": {"c": number}})


def watched(triggers: Triggers) -> tuple[Watcher, Ledger]:
    part = Watcher(triggers)
    ledger = Ledger(extensions=replace(PLAIN, parts=(part,)))
    ledger.may_die = True
    return part, ledger


def view(**more: Any) -> list[dict[str, Any]]:
    return [{"key": VIEW, "segmentation": {"name": "Home", **more}}, {"key": "other"}]


@pytest.mark.parametrize(
    ("triggers", "numbers"),
    [
        (Triggers(parameters=frozenset({"crash"})), [0]),
        (Triggers(events=frozenset({VIEW})), [1, 4]),
        (Triggers(sessions=True), [2, 3]),
        (Triggers(merges=True), [5]),
        (Triggers(every_request=True), [0, 1, 2, 3, 4, 5, 6]),
        (Triggers(parameters=frozenset({"crash"}), merges=True), [0, 5]),
    ],
)
def test_a_part_meets_the_requests_that_it_names(triggers, numbers):
    part, ledger = watched(triggers)
    ledger.send(
        request("a", crash={"_error": "x"}),
        request("b", events=view()),
        request("c", begin_session=1),
        request("c", session_duration=5),
        json_request({"device_id": "d", "events": view()}, "d"),
        request("e", old_device_id="a"),
        request("f", events=[{"key": "view"}], crash=""),
    )
    names = dict(enumerate("abccdef"))
    of_device = {ledger.profiles[APP_ID, user_id("key", name)]["uid"]: name for name in "bcdef"}
    met = [of_device.get(moment["uid"], "a") for moment in part.states[0].moments] if part.states else []
    assert met == [names[number] for number in numbers]


def test_a_part_that_nothing_concerns_is_not_asked():
    part, ledger = watched(Triggers(events=frozenset({VIEW})))
    ledger.send(request(begin_session=1), request("d2", events=[{"key": "other"}]))
    assert (part.states, part.written) == ([], [])


def test_a_part_that_looks_closer_and_finds_nothing_is_not_asked_again():
    class Choosy(Watcher):
        def load(self, concerned, read):
            return super().load(concerned, read) if any(each.events for each in concerned) else None

    part = Choosy(Triggers(sessions=True))
    ledger = Ledger(extensions=replace(PLAIN, parts=(part,)))
    ledger.send(request(begin_session=1))
    assert (part.states, part.written) == ([], [])
    ledger.send(request(begin_session=1, events=view()), request("d2", begin_session=1))
    assert (len(part.written), part.written[0].counts.total()) == (1, 2)


def test_a_key_is_found_however_its_text_is_escaped():
    part, ledger = watched(Triggers(events=frozenset({VIEW})))
    ledger.send(request(events='[{"key": "\\u005bCLY\\u005d_view"}]'), request(events="[CLY]_view, broken"))
    assert [moment["keys"] for moment in part.states[0].moments] == [[VIEW]]


def test_the_moment_tells_of_sessions_in_their_order():
    part, ledger = watched(Triggers(every_request=True))
    ledger.send(
        request(at=NOON, begin_session=1),
        request(at=NOON + 100, begin_session=1, events=view()),
        request(at=NOON + 200, end_session=1),
        request(at=NOON + 205, begin_session=1),
    )
    told = [(moment["began"], moment["lost"], moment["ended"]) for moment in part.states[0].moments]
    assert told == [(True, False, False), (True, True, False), (False, False, True), (False, False, False)]


def test_everything_is_written_with_the_batch():
    _, ledger = watched(Triggers(every_request=True))
    outcome = ledger.send(request("a"), request("a", at=NOON + 1), request("b"))
    first, second = (ledger.profile(device)["uid"] for device in "ab")
    assert outcome.writes.updates()["parts"] == {f"{first}_0": {"$inc": {"c": 2}}, f"{second}_0": {"$inc": {"c": 1}}}
    assert outcome.writes.updates()["watched"] == {first: {"$inc": {"n": 2}}, second: {"$inc": {"n": 1}}}
    assert ledger.profile("a")["watched"] == 2


def test_a_request_that_a_part_cannot_count_leaves_no_trace():
    part, ledger = watched(Triggers(every_request=True))
    sound, other = Ledger(), [request("a", begin_session=1), request("b", begin_session=1, at=NOON + 5)]
    outcome = ledger.send(
        other[0], request("a", poison=1, begin_session=1, at=NOON + 900), request("c", poison=1), other[1]
    )
    sound.send(*other)

    assert [(dead.index, dead.reason) for dead in outcome.dead] == [
        (1, "ValueError: poison"),
        (2, "ValueError: poison"),
    ]
    assert outcome.accepted == {APP_ID: 2}
    assert [state.counts for state in part.written] == [Counter(part.states[-1].counts)]
    assert sum(part.written[0].counts.values()) == 2
    assert ledger.counters.keys() - sound.counters.keys() == {
        ("parts", f"{ledger.profile(device)['uid']}_0") for device in "ab"
    } | {("watched", ledger.profile(device)["uid"]) for device in "ab"}
    assert {key: value for key, value in ledger.counters.items() if key in sound.counters} == sound.counters
    assert (APP_ID, user_id("key", "c")) not in ledger.profiles
    assert {**ledger.profile("b"), "watched": 0} == {**sound.profile("b"), "watched": 0}


def test_users_keep_their_numbers_when_a_batch_is_counted_anew():
    _, ledger = watched(Triggers(every_request=True))
    ledger.send(request("a"), request("p", poison=1), request("b"))
    assert [ledger.profile(device)["uid"] for device in "ab"] == ["1", "2"]


class Stubborn(Watcher):
    """A part that breaks at another request each time."""

    def count(self, moment, state, effects):
        if len(self.states) == int(moment.request.parameters["n"]):
            raise ValueError("again")


def test_a_batch_that_breaks_again_and_again_is_given_up():
    part = Stubborn(Triggers(every_request=True))
    ledger = Ledger(extensions=replace(PLAIN, parts=(part,)))
    with pytest.raises(TooManyBroken):
        ledger.send(*(request(f"d{number}", n=number) for number in range(1, 9)))


def test_a_part_hears_of_dropped_requests():
    part, ledger = watched(Triggers(every_request=True))
    once = request("a", begin_session=1)
    ledger.send(once, once)
    assert part.states[0].dropped == [DUPLICATE]


def test_all_users_that_a_request_may_come_to_are_named():
    part, ledger = watched(Triggers(events=frozenset({VIEW})))
    ledger.send(request("a"), request("b"), request("c"), request("z"))
    uid = {device: ledger.profile(device)["uid"] for device in "abcz"}
    ledger.send(
        request("b", old_device_id="a", at=NOON + 1),
        request("a", events=view(), at=NOON + 2),
        request("c", old_device_id="b", at=NOON + 3),
        request("z", events=view(), at=NOON + 4),
        request("new", events=view(), at=NOON + 5),
    )
    linked = frozenset(uid[device] for device in "abc")
    assert [{profile["did"] for profile in found} for found in part.states[0].profiles] == [
        {"a", "b", "c"},
        {"z"},
        set(),
    ]
    assert part.states[0].uids == [linked, frozenset({uid["z"]}), frozenset()]
    # Later batches find them by the alias.
    ledger.send(request("a", events=view(), at=NOON + 6))
    assert part.states[1].uids == [frozenset({uid["c"]})]


def test_nothing_is_stored_in_an_empty_database():
    assert NothingStored().documents("c", ["a"]) == {}
    assert NothingStored().matching("c", "f", ["a"]) == []


# Enrichments ----------------------------------------------------------------------------------------------------------


def enriching(*enrichments: Enrichment) -> Ledger:
    return Ledger(extensions=replace(PLAIN, enrichments=enrichments))


def test_enrichments_see_what_those_before_them_put_in():
    first = Enrichment(lambda sent, application: {"events": [{"key": "made"}]}, frozenset({"crash"}))
    second = Enrichment(
        lambda sent, application: {"metrics": {"_device": sent.events()[0]["key"]}}, frozenset({"events"})
    )
    ledger = enriching(first, second)
    ledger.send(request("a", crash="1"), request("b", begin_session=1))
    assert ledger.events.segments == {"made": set()}
    assert ledger.profile("a")["d"] == "made"
    assert "d" not in ledger.profile("b")


def test_parts_see_enriched_requests():
    part = Watcher(Triggers(events=frozenset({VIEW})))
    enrichment = Enrichment(lambda sent, application: {"events": view()}, frozenset({"page"}))
    Ledger(extensions=replace(PLAIN, parts=(part,), enrichments=(enrichment,))).send(request(page="x"))
    assert [moment["keys"] for moment in part.states[0].moments] == [[VIEW, "other"]]


def test_a_request_that_cannot_be_enriched_is_dead():
    ledger = enriching(Enrichment(lambda sent, application: {"x": 1 / 0}, frozenset({"crash"})))
    ledger.may_die = True
    outcome = ledger.send(request("a", crash="1"), request("b"))
    assert [(dead.index, dead.reason) for dead in outcome.dead] == [(0, "ZeroDivisionError: division by zero")]
    assert outcome.accepted == {APP_ID: 1}
    assert (APP_ID, user_id("key", "a")) not in ledger.profiles


def test_reserved_events_of_a_part_are_neither_counted_nor_dropped():
    ledger = Ledger(extensions=replace(PLAIN, events_of_parts=frozenset({"[CLY]_mine", "Buy"})))
    ledger.send(request(events=[{"key": "[CLY]_mine"}, {"key": "[CLY]_other"}, {"key": "Buy"}]))
    assert ledger.events.segments == {"Buy": set()}
    assert ledger.dropped == {"Event with reserved key": 1}


def test_reserved_events_count_when_a_plugin_says_so():
    ledger = Ledger(extensions=replace(PLAIN, reserved_events=frozenset({"[CLY]_mine"})))
    ledger.send(request(events=[{"key": "[CLY]_mine"}, {"key": "[CLY]_star_rating"}]))
    assert ledger.events.segments == {"[CLY]_mine": set()}
    assert ledger.dropped == {"Event with reserved key": 1}
