"""The launcher's changes to the embedded server: same answers, and the defect they mend is still there without them."""

import time

import pytest
import secantus.storage
import secantus.update
from secantus.update import UpdateError, _validate_update_paths

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
