"""What plugins cost: those with nothing to do, and all of them together where they have.

A plugin that is on has nothing to do in a batch when the batch writes the same with it as without it. What it adds all
the same is measured without a database, in CPU time, and told as a share of what flushing the same requests takes: that
must stay below 2 %. Beside it stands what it adds in instructions of the interpreter, as a share of the counting: these
are the same in every run, while times differ by some percent. Only a plugin that is beyond 2 % in both is reported.
Requests that concern plugins are flushed into the embedded database, with all plugins and with
none in turns: all of them together may at most double it.
"""

import gc
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any
from urllib.parse import urlencode

import msgspec

from apps.aggregation.extensions import Extensions
from apps.aggregation.known_values import EventsDocument, RememberedValues
from apps.aggregation.records import Record, decode, encode
from apps.aggregation.requests import read_request
from apps.core.garbage import collector_paused
from apps.core.keys import uid_text
from bench.flush_pure import APPLICATION, BATCH, NOW_MS, counted, events, metrics, record, stored_profiles

IDLE_REQUESTS = 2_000
IDLE_ROUNDS = 40
IDLE_GOAL = 0.02
BUSY_REQUESTS = 2_000
BUSY_ROUNDS = 3
BUSY_GOAL = 2.0
PAGES = 40
PROFILES = stored_profiles()


# Requests ------------------------------------------------------------------------------------------------------------
def details(choose: random.Random) -> Record:
    """Concerns no plugin that counts sessions or events."""
    device = f"device-{choose.randrange(2_000)}"
    sent = {"app_key": APPLICATION.key, "device_id": device, "timestamp": str(NOW_MS - choose.randrange(3_600_000))}
    sent["user_details"] = json.dumps({"custom": {"plan": choose.choice(("free", "pro")), "score": choose.random()}})
    return Record(APPLICATION.id, APPLICATION.key, device, NOW_MS, "192.0.2.7", query=urlencode(sent).encode())


def busy(choose: random.Random, application_id: str, app_key: str) -> Record:
    """What web and mobile SDKs send while views, crashes and the others are used."""
    device = f"device-{choose.randrange(2_000)}"
    sent: dict[str, Any] = {"app_key": app_key, "device_id": device, "hour": "11", "dow": "3"}
    sent["timestamp"] = str(NOW_MS - choose.randrange(3_600_000))
    kind = choose.randrange(20)
    if kind < 6:
        told = {**metrics(choose), "_density": "xhdpi", "_locale": "de_DE", "_store": "https://search.example/"}
        sent |= {"begin_session": 1, "country_code": "DE", "metrics": json.dumps(told)}
    elif kind < 16:
        page = f"/page/{choose.randrange(PAGES)}"
        visit = {"name": page, "visit": 1, "start": int(kind == 6), "segment": "Android", "view": page}
        shown = {"key": "[CLY]_view", "count": 1, "segmentation": visit}
        sent |= {"session_duration": 30, "events": json.dumps([shown, *events(choose)])}
    elif kind == 16:
        error = f"java.lang.Error: e{choose.randrange(50)}\n\tat com.example.Main.run(Main.java:10)"
        crash = {"_error": error, "_app_version": "1.0", "_os": "Android", "_device": "Pixel", "_os_version": "14"}
        sent["crash"] = json.dumps(crash)
    elif kind == 17:
        rating = {"rating": choose.randrange(1, 6), "platform": "android", "app_version": "1.0", "widget_id": ""}
        sent["events"] = json.dumps([{"key": "[CLY]_star_rating", "count": 1, "segmentation": rating}])
    elif kind == 18:
        sent |= {"token_session": 1, "android_token": f"token-{device}", "test_mode": 0, "locale": "de"}
    else:
        sent |= {"end_session": 1, "session_duration": 20}
    query = urlencode(sent).encode()
    return Record(application_id, app_key, device, NOW_MS, "192.0.2.7", query=query)


# Idle plugins --------------------------------------------------------------------------------------------------------
def counting(entries: Sequence[bytes], extensions: Extensions) -> tuple[float, int]:
    """CPU seconds of counting them without a database, and the number of fields that would be written."""
    known, known_events = RememberedValues(), EventsDocument()
    numbers = iter(range(10**6, 10**9))
    written = 0
    batches = [
        [read_request(decode(each)) for each in entries[at : at + BATCH]] for at in range(0, len(entries), BATCH)
    ]
    gc.collect()
    with (
        collector_paused()
    ):  # as a worker does; else it would run in one of two that are compared, and not in the other
        start = time.process_time()
        outcomes = [
            counted(requests, PROFILES, known, known_events, lambda _: uid_text(next(numbers)), extensions)
            for requests in batches
        ]
        seconds = time.process_time() - start
    for outcome in outcomes:
        for updates in outcome.writes.operations().values():
            written += sum(len(str(update)) for update in updates)
        written += len(outcome.dropped) + sum(len(each) for each in outcome.inserts.documents().values())
    return seconds, written


def idle_costs(
    entries: Sequence[bytes], extensions_of: Mapping[str, Extensions], plain: Extensions
) -> dict[str, float]:
    """CPU seconds that each plugin adds although it has nothing to do; those that count something are left out. In
    turns with no plugin at all, the best of each: a machine that is busy with something else slows both down."""
    _, written = counting(entries, plain)
    idle = {name: one for name, one in extensions_of.items() if counting(entries, one)[1] == written}
    found = {}
    for name, one in idle.items():
        turns = ((plain, one), (one, plain))  # who is second may find caches that the first has filled
        both = []
        for turn in range(IDLE_ROUNDS):
            seconds = {id(each): counting(entries, each)[0] for each in turns[turn % 2]}
            both.append((seconds[id(plain)], seconds[id(one)]))
        found[name] = min(with_it for _, with_it in both) - min(without for without, _ in both)
    return found


def extensions_by_plugin() -> tuple[Extensions, dict[str, Extensions]]:
    """Without any plugin, and with each alone; those that have no part in the counting are left out."""
    from apps.aggregation import extensions as room
    from apps.plugin_api import loader, states

    names = list(loader.started())
    for name in names:
        states.switch(name, False)
    plain = room.current()
    found = {}
    for name in names:
        with_parents = [name, *loader.started()[name].requires]
        for each in with_parents:
            states.switch(each, True)
        alone = room.current()
        if alone != plain:
            found[name] = alone
        for each in with_parents:
            states.switch(each, False)
    return plain, found


def instructions(entries: Sequence[bytes], extensions: Extensions) -> int:
    """Of the interpreter, for counting them; what it calls in C is one each."""
    seen = 0

    def trace(frame: FrameType, event: str, _argument: object) -> "Callable[..., Any]":
        nonlocal seen
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        seen += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        counting(entries, extensions)
    finally:
        sys.settrace(None)
    return seen


# Everything together -------------------------------------------------------------------------------------------------
def switch_all(names: Sequence[str], on: bool) -> None:
    from apps.plugin_api import states

    for name in names:
        states.switch(name, on)


def flushed(made: Sequence[Record]) -> tuple[float, float]:
    """CPU seconds of the worker, and seconds."""
    from apps.pipeline.flush import flush_all
    from bench import database

    database.append(list(made))
    gc.collect()
    cpu, start = time.process_time(), time.perf_counter()
    taken = flush_all().requests
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - start
    if taken != len(made):
        raise RuntimeError(f"{taken} of {len(made)} requests were taken")
    return cpu, seconds


def main() -> int:
    from bench import database

    application_id, app_key = database.prepare(batch=BATCH)
    from apps.plugin_api import loader

    names = [name for name, config in loader.started().items() if config.enabled_by_default]
    choose = random.Random(7)

    def placed(one: Record) -> Record:
        query, body = (part.replace(APPLICATION.key.encode(), app_key.encode()) for part in (one.query, one.body))
        return msgspec.structs.replace(one, app_id=application_id, app_key=app_key, query=query, body=body)

    switch_all(list(loader.started()), on=False)
    flushed([placed(record(choose, number)) for number in range(BATCH)])  # so that names and collections are there
    failed = []
    plain, alone = extensions_by_plugin()
    told: dict[str, float] = {}
    makers: dict[str, Callable[[int], Record]] = {
        "sessions and events": lambda number: record(choose, number),
        "details of users": lambda number: details(choose),
    }
    for title, make in makers.items():
        made = [make(number) for number in range(IDLE_REQUESTS)]
        cost, _ = flushed([placed(one) for one in made])
        entries = [encode(one) for one in made]
        without_any = instructions(entries[:BATCH], plain)
        for name, added in idle_costs(
            entries, {name: one for name, one in alone.items() if name not in told}, plain
        ).items():
            told[name] = added / cost
            more = instructions(entries[:BATCH], alone[name]) / without_any - 1
            print(
                f"plugins  {name:<22} {added / cost:+7.2%} of a flush, {more:+7.2%} of the instructions of counting, "
                f"with nothing to do: {title}"
            )
            if min(added / cost, more) >= IDLE_GOAL:
                failed.append(name)
    if missing := alone.keys() - told.keys():
        print(f"plugins  never idle in this traffic: {', '.join(sorted(missing))}")

    times: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for turn in range(BUSY_ROUNDS + 1):
        for on in (False, True):
            switch_all(names, on)
            found = flushed([busy(choose, application_id, app_key) for _ in range(BUSY_REQUESTS)])
            if turn:  # the first one makes collections and learns names
                times[on].append(found)
    cpu, seconds = (
        min(one[index] for one in times[True]) / min(one[index] for one in times[False]) for index in (0, 1)
    )
    print(
        f"plugins  all together {cpu:.2f} times the CPU time of a flush without any, {seconds:.2f} times its duration"
    )
    if cpu > BUSY_GOAL:
        failed.append("all together")
    if failed:
        print(f"plugins  beyond the goal: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
