"""Whatever a client sends is answered as the protocol has it, or refused clearly; what is accepted is counted."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.core import mongo
from apps.pipeline import flush
from tests.ingest.door import DUPLICATE, FORM, JSON, SUCCESS, in_loop, knock, stored

ALLOWED = {200, 400, 403, 413}
KEY = "KEY"  # stands for that of the application
MULTIPART = "multipart/form-data; boundary=AaB"
OTHER_PARAMETERS = (
    "begin_session session_duration end_session checksum populator rr location country_code city ip_address tz hour "
    "dow t sdk_name user_details ignore_cooldown no_meta a[b]"
)

odd_texts = [
    "",
    "0",
    "$set",
    "a.b",
    "..",
    "\x00",
    "�",
    "1",
    "31",
    "[CLY]_view",
    "system.x",
    "-1e999",
    "%zz",
    "💥",
    "1741775400",
    "true",
]
texts = st.one_of(st.sampled_from([*odd_texts, "x" * 5000]), st.text(max_size=20))
finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.one_of(st.integers(), finite, st.sampled_from([2**63, -(2**70), 1e308, 1741775400123]))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
event = st.fixed_dictionaries(
    {"key": st.one_of(texts, values)},
    optional=dict.fromkeys(["count", "sum", "dur", "segmentation", "timestamp", "hour", "dow"], values),
)
events = st.lists(st.one_of(event, values), max_size=4)
metric_names = st.sampled_from(
    ["_os", "_os_version", "_device", "_app_version", "_carrier", "_resolution", "_has_hinge", "_ua"]
)
metrics = st.dictionaries(metric_names, values)
other_parameters = st.dictionaries(st.sampled_from(OTHER_PARAMETERS.split()), values, max_size=6)
content = st.fixed_dictionaries(
    {},
    optional={
        "old_device_id": st.one_of(values, st.sampled_from(["d1", "d2"])),
        "events": st.one_of(values, events, events.map(json.dumps)),
        "metrics": st.one_of(values, metrics, metrics.map(json.dumps)),
        "timestamp": values,
    },
)
ids = st.one_of(
    st.fixed_dictionaries({"app_key": st.just(KEY), "device_id": st.sampled_from(["d1", "d2", 3])}),
    st.dictionaries(st.sampled_from(["app_key", "device_id", "app_id", "user_id"]), values),
)
fields = st.tuples(content, other_parameters, ids).map(lambda parts: parts[0] | parts[1] | parts[2])
odd_bytes = [b"{", b"[" * 5000, b'{"a":' * 2000, b"\xff\xfe", b"&" * 1000, b"=&%&%f&%00=%00", b'{"device_id":1e999}']
garbage = st.one_of(st.binary(max_size=200), st.sampled_from(odd_bytes))
kinds = st.sampled_from(
    [
        FORM[0][1],
        JSON[0][1],
        MULTIPART,
        "",
        "text/plain",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "ÿ",
    ]
)
header_names = st.sampled_from(
    ["X-Forwarded-For", "X-Real-IP", "User-Agent", "Sec-CH-UA", "Origin", "Content-Length", "Cookie"]
)
headers = st.lists(st.tuples(header_names, st.text(st.characters(max_codepoint=255), max_size=30)), max_size=4)


@dataclass
class Sent:
    path: str
    method: str
    query: bytes
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def form(parameters):
    pairs = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    return urlencode(pairs, errors="surrogatepass").encode()


def multipart(parameters):
    part = '--AaB\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    parts = [part.format(name, value) for name, value in parameters.items()]
    return ("".join(parts) + "--AaB--\r\n").encode("utf-8", "surrogatepass")


def as_json(parameters):
    return json.dumps(parameters).encode()


@st.composite
def requests(draw):
    parameters = draw(fields)
    path = draw(st.sampled_from(["/i", "/i/bulk"]))
    if path == "/i/bulk":
        parameters["requests"] = draw(st.one_of(st.lists(st.one_of(fields, values), max_size=4), values))
    way = draw(st.sampled_from(["query", "form", "json", "multipart", "garbage", "truncated"]))
    extra = draw(headers)
    if way == "query":
        return Sent(path, "GET", form(parameters), b"", extra)
    if way == "form":
        return Sent(path, "POST", draw(garbage), form(parameters), extra + FORM)
    if way == "json":
        return Sent(path, "POST", b"", as_json(parameters), extra + JSON)
    if way == "multipart":
        return Sent(path, "POST", b"", multipart(parameters), [*extra, ("Content-Type", MULTIPART)])
    if way == "garbage":
        return Sent(path, "POST", form(parameters), draw(garbage), [*extra, ("Content-Type", draw(kinds))])
    whole = draw(st.sampled_from([form, as_json, multipart]))(parameters)
    cut = draw(st.integers(0, len(whole)))
    return Sent(path, "POST", whole[:cut], whole[:cut], [*extra, ("Content-Type", draw(kinds))])


def valid(**more):
    return {"app_key": KEY, "device_id": "d1", **more}


HUGE = 10_000_000
many_items = b'{"app_key":"KEY","requests":[' + b'{"device_id":"d"},' * 60_000 + b"0]}"
deep_items = b'{"app_key":"KEY","requests":[{"device_id":"d","x":' + b"[" * 900 + b"]" * 900 + b"}]}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests(), min_size=1, max_size=8))
@example([Sent("/i", "POST", form(valid()), b"x" * HUGE, JSON), Sent("/i", "POST", b"", b"[" * HUGE, JSON)])
@example([Sent("/i", "POST", b"", form(valid(events=[{"key": "k" * HUGE}])), FORM)])
@example([Sent("/i", "POST", b"", as_json(valid(metrics={"_os": "x" * HUGE})), JSON)])
@example([Sent("/i/bulk", "POST", b"", many_items, JSON), Sent("/i/bulk", "POST", b"", deep_items, JSON)])
def test_request_is_answered_and_counted_or_refused(application, sent):
    key = application.key.encode()

    async def talk():
        return [
            await knock(
                one.method, one.path, one.query.replace(b"KEY", key), one.body.replace(b"KEY", key), one.headers
            )
            for one in sent
        ]

    answers = in_loop(talk)
    for answer in answers:
        assert answer.status in ALLOWED
        assert isinstance(answer.json["result"], str)
        assert (answer.status == 200) or answer.json not in (SUCCESS, DUPLICATE)
    accepted = [one for one, answer in zip(sent, answers, strict=True) if one.path == "/i" and answer.json == SUCCESS]
    assert len([record for record in stored() if not record.is_bulk_item]) == len(accepted)
    flush.flush_all()
    assert list(mongo.collection("dead_letters").find({}, {"reason": 1, "traceback": 1})) == []
    assert stored() == []
