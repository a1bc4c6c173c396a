import asyncio

import pytest
from pytest_django import Settings

from apps.aggregation.records import Record, decode
from apps.core import redis_client
from apps.pipeline import backlog, drops, stream
from apps.pipeline.backlog import Position


def record(device_id: str = "d1", query: bytes = b"a=1") -> Record:
    return Record("a" * 24, "key", device_id, 1_741_775_400_000, "127.0.0.1", query)


async def accept_together(records: list[Record]) -> None:
    await asyncio.gather(*(stream.accept(one) for one in records))


def waiting_records(position: Position) -> list[Record]:
    return [decode(request.data) for request in backlog.read(0, position)[0]]


def test_accepted_requests_wait_in_their_order() -> None:
    records = [record(f"d{number}") for number in range(600)]

    asyncio.run(accept_together(records))

    epoch = backlog.epoch_of(0)
    assert epoch is not None
    assert waiting_records(Position(epoch)) == records
    assert backlog.waiting(0) == 600
    entries = redis_client.client().xlen(stream.stream_key(0))
    assert entries < 10, "requests that come together share a write"


def test_accept_many_keeps_the_order_of_one_device() -> None:
    records = [record(query=b"n=%d" % number) for number in range(10)]

    asyncio.run(stream.accept_many(records))

    epoch = backlog.epoch_of(0)
    assert epoch is not None
    assert waiting_records(Position(epoch)) == records


def test_position_inside_an_entry_goes_on_with_the_next_request() -> None:
    records = [record(query=b"n=%d" % number) for number in range(5)]
    asyncio.run(stream.accept_many(records))
    asyncio.run(stream.accept(record(query=b"n=last")))
    epoch = backlog.epoch_of(0)
    assert epoch is not None
    whole, _ = backlog.read(0, Position(epoch))

    for number, request in enumerate(whole):
        assert [one.data for one in backlog.read(0, request.after)[0]] == [one.data for one in whole[number + 1 :]]


def test_full_stream_refuses_and_keeps_what_it_has(settings: Settings) -> None:
    settings.INGEST_MAX_WAITING = 3
    asyncio.run(stream.accept_many([record(f"d{number}") for number in range(3)]))

    with pytest.raises(stream.Full):
        asyncio.run(stream.accept(record("d4")))

    assert backlog.waiting(0) == 3


def test_full_by_size_refuses(settings: Settings) -> None:
    settings.INGEST_MAX_WAITING_BYTES = 2_000
    asyncio.run(stream.accept(record(query=b"x" * 1_900)))

    with pytest.raises(stream.Full):
        asyncio.run(stream.accept(record(query=b"x" * 200)))


def test_counted_requests_make_room_again(settings: Settings) -> None:
    settings.INGEST_MAX_WAITING = 1
    asyncio.run(stream.accept(record()))
    epoch = backlog.epoch_of(0)
    assert epoch is not None
    requests, totals = backlog.read(0, Position(epoch))

    backlog.trim(0, requests[-1].after, totals)
    backlog.trim(0, requests[-1].after, totals)

    assert backlog.waiting(0) == 0
    asyncio.run(stream.accept(record()))
    assert backlog.waiting(0) == 1


def test_first_of_a_burst_alone_asks_for_a_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(stream, "send_drain_message", asked.append)

    asyncio.run(stream.accept(record()))
    asyncio.run(stream.accept(record()))
    redis_client.client().delete(stream.flag_key(0))
    asyncio.run(stream.accept(record()))

    assert asked == [0, 0]


def test_redis_that_does_not_answer_is_unavailable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"

    with pytest.raises(stream.Unavailable):
        asyncio.run(stream.accept(record()))


def test_one_device_always_takes_one_road(settings: Settings) -> None:
    settings.INGEST_SHARDS = 8
    shards = {stream.shard_of("a" * 24, f"d{number}") for number in range(200)}

    assert shards == set(range(8))
    assert stream.shard_of("a" * 24, "d1") == stream.shard_of("a" * 24, "d1")


def test_hanging_up_does_not_take_others_along() -> None:
    async def scenario() -> None:
        tasks = [asyncio.create_task(stream.accept(record(f"d{number}"))) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), asyncio.CancelledError, type(None)]

    asyncio.run(scenario())

    assert backlog.waiting(0) == 3


def test_what_was_counted_of_an_entry_in_part_is_found_for_the_dead(record, accept) -> None:
    accept([record("begin_session=1", device_id=f"d{number}") for number in range(3)])
    epoch = backlog.epoch_of(0)
    assert epoch is not None
    requests, totals = backlog.leftovers(0, Position(epoch, skip=2))
    assert ([decode(data).device_id for data in requests], totals) == (["d0", "d1"], None)
    ((entry, _fields),) = redis_client.client().xrange(stream.stream_key(0))
    accept([record("begin_session=1", device_id="d3")])
    requests, totals = backlog.leftovers(0, Position(epoch, entry.decode(), skip=1))
    assert [decode(data).device_id for data in requests] == ["d0", "d1", "d2", "d3"]
    assert totals is not None
    assert totals.requests == 3


def test_drops_are_moved_by_one_at_a_time(db) -> None:
    asyncio.run(drops.count("a", "Some reason", 2))
    with redis_client.client().lock(drops.MOVING_LOCK, timeout=10):
        assert drops.move_pending() == 0
    assert (drops.move_pending(), drops.move_pending()) == (2, 0)
    assert drops.by_reason("a", "2000-01-01") == {"Some reason": 2}
