from apps.core import redis_client
from apps.live import versions
from apps.live.broadcast import announce_batch
from apps.plugin_api.signals import batch_written


def test_application_without_a_batch_has_version_zero():
    assert versions.current("a" * 24) == 0


def test_every_batch_gives_each_of_its_applications_a_new_version():
    first, second = "a" * 24, "b" * 24
    assert versions.advance({first, second}) == {first: 1, second: 1}
    assert versions.advance({second}) == {second: 2}
    assert [versions.current(first), versions.current(second)] == [1, 2]


def test_committed_batch_moves_the_version():
    batch_written.send(sender=None, application_ids={"a" * 24}, accepted={"a" * 24: 3})
    assert versions.current("a" * 24) == 1


def test_batch_stands_when_redis_is_away(monkeypatch, caplog):
    import redis

    away = redis.Redis.from_url("unix:///nonexistent/valkey.sock")
    monkeypatch.setattr(redis_client, "client", lambda: away)
    announce_batch(None, {"a" * 24}, accepted={"a" * 24: 1})
    assert [record.getMessage() for record in caplog.records] == ["open screens were not told of a batch"]
