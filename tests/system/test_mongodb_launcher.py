"""The launcher's changes to the embedded server: same answers, and the defect they mend is still there without them."""

import time

import pytest
import secantus.storage
import secantus.update
from secantus.update import UpdateError, _validate_update_paths

from apps.system.supervision import mongodb_launcher
from apps.system.supervision.mongodb_launcher import validate_geo_indexes, validate_update_paths

UPDATES = [
    {"$set": {"a": 2}, "$inc": {"a": 1}},
    {"$set": {"a": 2}, "$inc": {"a.b": 1}},
    {"$set": {"a.b": 2}, "$inc": {"a": 1}},
    {"$set": {"a.b": 2}, "$inc": {"a.b.c": 1}},
    {"$set": {"a.b": 2, "a.c": 1}, "$inc": {"b.a": 1}},
    {"$rename": {"a": "b"}, "$set": {"b": 9}},
    {"$set": {"m": "2025:3"}, "$inc": {"d.1.t": 1, "d.1.13.t": 1, "d.1.u": 1}},
    {"$set": {}},
]


@pytest.mark.parametrize("update", UPDATES, ids=str)
def test_paths_are_judged_as_by_the_original(update: dict) -> None:
    assert validate_update_paths(update) == _validate_update_paths(update)


@pytest.mark.parametrize("update", [{"$set": {"": 1}}, {"$set": {"a..b": 1}}, {"$set": {"a.": 1}}, {"$nope": {"a": 1}}])
def test_refused_paths_are_refused_with_the_same_words(update: dict) -> None:
    with pytest.raises(UpdateError) as expected:
        _validate_update_paths(update)
    with pytest.raises(UpdateError) as found:
        validate_update_paths(update)
    assert str(found.value) == str(expected.value)


def test_original_still_compares_every_path_with_every_other() -> None:
    """When this fails, upstream has mended it and the change can go."""

    def seconds(paths: int) -> float:
        update = {"$inc": {f"d.{number}.t": 1 for number in range(paths)}}
        begun = time.process_time()
        _validate_update_paths(update)
        return time.process_time() - begun

    assert seconds(1600) > 6 * seconds(400), "four times the paths cost about sixteen times the work"


def test_original_still_reads_index_options_for_collections_without_geographic_indexes() -> None:
    """When this fails, upstream has mended it and the change can go."""

    class Watched:
        asked = 0
        _partial_filters = staticmethod(lambda db, coll: {})

        def _index_options_map(self, db: str, coll: str) -> dict:
            self.asked += 1
            return {}

    indexes = [("a_1", {"a": 1}, False, False)]
    original, mended = Watched(), Watched()

    secantus.storage.Storage._validate_geo_indexes(original, "db", "coll", {}, indexes)
    validate_geo_indexes(mended, "db", "coll", {}, indexes)

    assert (original.asked, mended.asked) == (1, 0)


@pytest.fixture
def storage(tmp_path, monkeypatch):
    """The original's storage with a counter of index readings; the launcher's changes are put on by the test."""
    opened = secantus.storage.Storage(str(tmp_path))
    yield opened
    opened.close()


def readings_of_an_update(storage, monkeypatch) -> int:
    read = []
    original = mongodb_launcher._iter_indexes

    def counted(self, db: str, coll: str):
        read.append(coll)
        return original(self, db, coll)

    monkeypatch.setattr(mongodb_launcher, "_iter_indexes", counted)
    if secantus.storage.Storage._iter_indexes is original:
        monkeypatch.setattr(secantus.storage.Storage, "_iter_indexes", counted)
    storage.update_matching("db", "coll", {"_id": 1}, {"$inc": {"d": 1}, "$set": {"a": 5}})
    return len(read)


def test_update_reads_the_descriptions_of_indexes_once(storage, monkeypatch) -> None:
    """When the original reads them twice or less, upstream has mended it and the change can go."""
    storage.insert("db", "coll", [{"_id": 1, "a": 1, "d": 0}])
    storage.create_index("db", "coll", "a_1", {"a": 1})
    with monkeypatch.context() as unchanged:
        assert readings_of_an_update(storage, unchanged) > 4

    changed = secantus.storage.Storage
    monkeypatch.setattr(changed, "_update_matching_single_txn", mongodb_launcher.update_one_statement)
    monkeypatch.setattr(changed, "_iter_indexes", mongodb_launcher.iter_indexes)
    monkeypatch.setattr(changed, "_maybe_mark_multikey", mongodb_launcher.mark_multikey)

    assert readings_of_an_update(storage, monkeypatch) <= 2
    assert list(storage.find_matching("db", "coll", {"a": 5})) == [{"_id": 1, "a": 5, "d": 2}]
    assert list(storage.find_matching("db", "coll", {"a": 1})) == []
