"""Whatever a client sends: nothing raises, and everything that would be written can be."""

import json
import random
from typing import Any
from urllib.parse import quote_from_bytes

import bson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.aggregation.limits import Limits
from apps.aggregation.records import Record, decode, encode
from apps.aggregation.requests import read_request
from tests.aggregation.ledger import APP_ID, NOON, RECEIVED_MS, Ledger, json_request

NASTY_TEXTS = st.sampled_from(
    [
        "", "0", "1", "31", "w12", "u", "t", "d", "c", "s", "dur", "e", "n", "f", "f.0", "ds", "segments", "key", "all",
        "no-segment", "$", "$$", "$inc", "$where", ".", "..", "a.b", ".a", "a.", "a..b", "$.a", ".$a", "a.$", "a.$[]",
        "\0", "a\0b", "\ud800", "\udfff\ud800", "a\ud800.b", "😀", "_id", "__proto__", "system.", "[CLY]_view",
        "[CLY]_x", "[CLY]_orientation", "[CLY]_star_rating", "NaN", "Infinity", "-1", "1e400", "9" * 30, "x" * 300, " ",
        "null", "true", "[]", "{}", '{"a":', "[[[[", "1741780800", "1741780800000", "0000000000000", "1,1", "91,181",
        "nan,nan",
    ]
)  # fmt: skip
TEXTS = NASTY_TEXTS | st.text(max_size=12)
NUMBERS = (
    st.integers() | st.floats() | st.sampled_from([2**31, 2**63, 2**64, 10**30, -(10**400), 1e308, -1e308, 0, -0.0])
)
SCALARS = TEXTS | NUMBERS | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=6
)
TIMES = VALUES | st.integers(NOON - 10**8, NOON + 10**7) | st.integers(0, 10**14)
EVENT = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "key": VALUES,
        "count": VALUES,
        "sum": VALUES,
        "dur": VALUES,
        "timestamp": TIMES,
        "segmentation": VALUES | st.dictionaries(TEXTS, VALUES, max_size=5),
    },
)
METRIC_KEYS = st.sampled_from(
    [
        *("_os", "_os_version", "_device", "_device_type", "_app_version", "_carrier", "_manufacturer"),
        *("_resolution", "_has_hinge", "_locale"),
    ]
)
MODIFIERS = st.sampled_from(
    ["$set", "$setOnce", "$unset", "$inc", "$mul", "$min", "$max", "$push", "$pull", "$addToSet", "$rename"]
)
CUSTOM = st.dictionaries(TEXTS, VALUES | st.dictionaries(MODIFIERS, VALUES, max_size=4), max_size=4)
USER_DETAILS = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(("name", "email", "picture", "byear"), VALUES), "custom": VALUES | CUSTOM}
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "timestamp": TIMES,
        "begin_session": VALUES,
        "session_duration": VALUES,
        "end_session": VALUES,
        "ignore_cooldown": VALUES,
        "events": VALUES | st.lists(EVENT, max_size=5),
        "metrics": VALUES | st.dictionaries(METRIC_KEYS, VALUES, max_size=8),
        "location": VALUES,
        "country_code": VALUES,
        "city": VALUES,
        "region": VALUES,
        "ip_address": VALUES,
        "old_device_id": VALUES | st.sampled_from(["d0", "d1", "d2"]),
        "user_details": VALUES | USER_DETAILS,
        "t": VALUES,
        "tz": VALUES,
        "sdk_name": VALUES,
        "sdk_version": VALUES,
    },
)
DEVICES = st.sampled_from(["d0", "d1", "d2", "grün", "00000000-0000-0000-0000-000000000000"])


def as_json(parameters: dict[str, Any]) -> bytes:
    """With lone surrogates as escapes, and the constants that Python writes and no parser should read."""
    return json.dumps(parameters).encode()


def as_form(parameters: dict[str, Any]) -> bytes:
    """With texts as they are, broken UTF-8 included, and everything else as JSON."""
    pairs = (
        f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}".encode()
        if isinstance(value, str)
        else f"{name}={quote_from_bytes(as_json(value))}".encode()
        for name, value in parameters.items()
    )
    return b"&".join(pairs)


@st.composite
def records(draw):
    parameters, device = draw(PARAMETERS), draw(DEVICES)
    kind = draw(st.integers(0, 3))
    query, body, content_type = b"", b"", ""
    if kind == 0:
        query = as_form(parameters)
    elif kind == 1:
        body = as_form(parameters)
    elif kind == 2:
        body, content_type = as_json(parameters), "application/json; charset=utf-8"
    else:
        query, body = draw(st.binary(max_size=60)), draw(st.binary(max_size=60))
        content_type = draw(
            st.sampled_from(["application/json", "multipart/form-data", "multipart/form-data; boundary=x"])
        )
    return Record(APP_ID, "key", device, RECEIVED_MS, "127.0.0.1", query=query, body=body, content_type=content_type)


def check_update(operators: dict[str, dict[str, Any]]) -> None:
    bson.encode({"update": operators})
    paths = [path for changes in operators.values() for path in changes]
    for path in paths:
        parts = path.split(".")
        assert all(part and not part.startswith("$") and "\0" not in part for part in parts), path
    taken = {tuple(path.split(".")) for path in paths}
    assert len(taken) == len(paths)
    for path in taken:
        assert not any(path[:length] in taken for length in range(1, len(path))), path


def check_names(custom: dict[str, Any]) -> None:
    for name in custom:
        assert name, custom
        assert not name.startswith("$"), name
        assert "." not in name, name
        assert "\0" not in name, name


def check(ledger: Ledger, sent: list[Record]) -> None:
    outcome = ledger.send(*(read_request(decode(encode(record))) for record in sent))
    for updates in outcome.writes.updates().values():
        for document_id, operators in updates.items():
            bson.encode({"_id": document_id})
            check_names(operators.get("$set", {}).get("custom", {}))
            check_update(operators)
    for inserted in outcome.inserts.documents().values():
        for document in inserted:
            bson.encode(document)
    assert outcome.accepted.total() + sum(
        number
        for (_, reason), number in outcome.dropped.items()
        if reason in ("Duplicate request", "Ignoring zero IDFA device_id")
    ) == len(sent)
    check_structure(ledger)


def check_structure(ledger: Ledger) -> None:
    """No path of a counter document is the beginning of another one, over all batches."""
    for paths in ledger.counters.values():
        taken = {tuple(path.split(".")) for path in paths}
        for path in taken:
            assert not any(path[:length] in taken for length in range(1, len(path))), path


@settings(deadline=None)
@given(st.lists(st.lists(records(), max_size=4), max_size=3), st.booleans())
def test_nothing_raises_and_everything_can_be_written(batches, trim):
    ledger = Ledger(limits=Limits(trim_values=trim, event_keys=20, event_segments=10, metric_values=5))
    for batch in batches:
        check(ledger, batch)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12), st.lists(TEXTS, min_size=1, max_size=12))
@example(["u", "3", "w11", "1"], ["a", "a.c", "a.c.x", "a.dur", "t"])
def test_names_never_get_into_each_others_way(values, keys):
    """Values and keys share documents with days, weeks, counters and each other."""
    ledger = Ledger()
    choose = random.Random(len(values) * 100 + len(keys))
    for value in values:
        metrics = dict.fromkeys(("_device", "_app_version", "_os", "_resolution", "_carrier"), value)
        events = [{"key": key, "segmentation": {choose.choice(values): value, key: key}} for key in keys]
        sent = json_request(
            {
                "timestamp": NOON,
                "begin_session": 1,
                "country_code": value,
                "city": value,
                "metrics": metrics,
                "events": events,
            },
            device_id="d1",
        )
        check(ledger, [sent.record])


def test_deep_nesting_and_long_texts():
    ledger = Ledger()
    deep = "[" * 5_000 + "]" * 5_000
    deep_object = '{"a":' * 5_000 + "1" + "}" * 5_000
    for text in (deep, deep_object, "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900):
        for body in (
            f'{{"events": {text}}}',
            f'{{"events": [{{"key": {text}}}]}}',
            f'{{"events": [{{"key": "a", "segmentation": {{"b": {text}}}}}]}}',
            f'{{"metrics": {{"_device": {text}}}, "begin_session": {text}}}',
            f'{{"sdk_name": {text}, "t": {text}, "tz": {text}, "old_device_id": {text}, "timestamp": {text}}}',
        ):
            check(ledger, [json_request(body.encode()).record])
            assert ledger.send(json_request(body.encode())).dead == []
    long = "x" * 200_000
    check(
        ledger,
        [
            json_request(
                {
                    "begin_session": 1,
                    "country_code": long,
                    "city": long,
                    "metrics": {"_device": long, "_os": long},
                    "events": [{"key": "a", "segmentation": {long: long}}, {"key": long}],
                    "sdk_name": long,
                    "t": long,
                }
            ).record
        ],
    )
    assert len(bson.encode(ledger.profile())) < 8_000


def test_thousands_of_events_and_segments_are_bounded():
    ledger = Ledger()
    ledger.send(json_request({"events": [{"key": f"e{n}"} for n in range(3_000)]}))
    ledger.send(json_request({"events": [{"key": "e1", "segmentation": {f"s{n}": "x" for n in range(3_000)}}]}))
    assert len(ledger.events.segments) == 500
    assert len(ledger.events.segments["e1"]) == 100
    assert ledger.dropped == {
        "Event beyond the limit of event keys": 2_500,
        "Segment beyond the limit of segments": 2_900,
    }
