"""The launcher's changes to the embedded server: same answers, and the defect they mend is still there without them."""

import itertools
import random
import time

import bson
import pytest
import secantus.storage
import secantus.update
from bson import Int64
from hypothesis import given, settings
from hypothesis import strategies as st
from secantus.query import matches
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
def original(tmp_path):
    opened = secantus.storage.Storage(str(tmp_path / "original"))
    yield opened
    opened.close()


@pytest.fixture
def changed(tmp_path, monkeypatch, original):
    """The original is opened already; it runs with the changes too from now on, but for its log."""
    for owner, name, change in mongodb_launcher.CHANGES:
        monkeypatch.setattr(owner, name, change)
    opened = secantus.storage.Storage(str(tmp_path / "changed"))
    yield opened
    opened.close()


def filled(storage, *, indexes=("a",)):
    storage.insert("db", "coll", [{"_id": 1, "a": 1, "d": 0}])
    for field in indexes:
        storage.create_index("db", "coll", f"{field}_1", {field: 1})
    return storage


def update_one(storage, update: dict, key=1) -> None:
    storage.update_matching("db", "coll", {"_id": key}, update, upsert=True)


def found(storage, condition: dict) -> list:
    return [document["_id"] for document in storage.find_matching("db", "coll", condition)]


def calls(monkeypatch, owner, name: str) -> list:
    """Grows with each call from now on."""
    made: list = []
    inner = getattr(owner, name)

    def counted(*arguments, **named):
        made.append(arguments)
        return inner(*arguments, **named)

    monkeypatch.setattr(owner, name, counted)
    return made


# Each original: when the test fails, upstream has mended it and the change can go -------------------------------------
def test_original_keeps_a_log_of_changes(original) -> None:
    before = filled(original).oplog_tail_seq()
    update_one(original, {"$inc": {"d": 1}})
    assert original.oplog_tail_seq() > before


def test_original_copies_the_whole_document(original, monkeypatch) -> None:
    copied = calls(monkeypatch, secantus.update.copy, "deepcopy")
    update_one(filled(original), {"$inc": {"d": 1}})
    assert copied


def test_original_reads_descriptions_many_times_for_an_update(original, monkeypatch) -> None:
    filled(original)
    indexes = calls(monkeypatch, secantus.storage.Storage, "_iter_indexes")
    collections = calls(monkeypatch, secantus.storage.Storage, "_coll_options")
    update_one(original, {"$inc": {"d": 1}})
    assert (len(indexes) > 4, len(collections) > 2) == (True, True)


def test_original_replaces_index_entries_that_do_not_change(original, monkeypatch) -> None:
    filled(original)
    computed = calls(monkeypatch, secantus.storage, "_index_key_variants")
    update_one(original, {"$inc": {"d": 1}})
    assert len(computed) >= 2


def test_original_packs_columns_slowly() -> None:
    def seconds(pack) -> float:
        begun = time.process_time()
        for number in range(5_000):
            pack("SSSu", "database", "collection", "index", b"%d" % number)
        return time.process_time() - begun

    assert seconds(mongodb_launcher._pack) > 2 * seconds(mongodb_launcher.pack)


# The changes ----------------------------------------------------------------------------------------------------------
def test_changed_server_keeps_no_log(changed) -> None:
    before = filled(changed).oplog_tail_seq()
    update_one(changed, {"$inc": {"d": 1}})
    assert changed.oplog_tail_seq() == before


def test_transaction_reads_descriptions_once(changed, monkeypatch) -> None:
    filled(changed)
    read = []
    monkeypatch.setattr(mongodb_launcher, "_iter_indexes", lambda *a: read.append(a) or ITER_INDEXES(*a))
    transaction = changed.begin_user_transaction()
    with changed.use_user_transaction(transaction):
        for _ in range(5):
            update_one(changed, {"$inc": {"d": 1}})
        update_one(changed, {"$set": {"a": 7}}, key=2)
        changed.insert("db", "coll", [{"_id": 3, "a": 8}])
    changed.commit_user_transaction(transaction)

    assert len(read) == 1
    assert list(changed.find_matching("db", "coll", {"a": 1})) == [{"_id": 1, "a": 1, "d": 5}]
    assert (found(changed, {"a": 7}), found(changed, {"a": 8})) == ([2], [3])


def test_list_makes_an_index_one_of_elements_within_a_transaction(changed) -> None:
    filled(changed)
    transaction = changed.begin_user_transaction()
    with changed.use_user_transaction(transaction):
        update_one(changed, {"$set": {"a": 2}})
        update_one(changed, {"$set": {"a": [5, 6]}}, key=2)
        assert found(changed, {"a": 6}) == [2]
    changed.commit_user_transaction(transaction)
    assert (found(changed, {"a": 2}), found(changed, {"a": 5})) == ([1], [2])


def test_index_made_between_two_statements_is_kept(changed) -> None:
    filled(changed)
    update_one(changed, {"$set": {"b": 1}})
    changed.create_index("db", "coll", "b_1", {"b": 1})
    update_one(changed, {"$set": {"b": 2}})
    assert (found(changed, {"b": 1}), found(changed, {"b": 2})) == ([], [1])


def test_unique_index_still_refuses_and_still_gives_back(changed) -> None:
    changed.insert("db", "coll", [{"_id": 1, "a": 1}, {"_id": 2, "a": 2}])
    changed.create_index("db", "coll", "a_1", {"a": 1}, {"unique": True})
    with pytest.raises(secantus.storage.IndexConflict):
        update_one(changed, {"$set": {"a": 1}}, key=2)
    update_one(changed, {"$set": {"x": 5}}, key=2)
    update_one(changed, {"$set": {"a": 3}}, key=1)
    update_one(changed, {"$set": {"a": 1}}, key=2)
    assert (found(changed, {"a": 1}), found(changed, {"a": 2}), found(changed, {"a": 3})) == ([2], [], [1])


def test_update_by_id_does_what_the_original_does(changed, monkeypatch) -> None:
    """The same updates with and without the short way: same answers, same documents."""
    filled(changed, indexes=("a", "b"))
    choose = random.Random(5)
    fields = ["a", "b", "c.d", "c.d.e", "a.b", "n", "list.0"]
    short_ways = []
    by_id = mongodb_launcher._update_by_id
    monkeypatch.setattr(mongodb_launcher, "_update_by_id", lambda *a: (short_ways.append(by_id(*a)), short_ways[-1])[1])
    states = []
    steps = []
    for number in range(300):
        operator = choose.choice(["$set", "$inc", "$unset", "$setOnInsert", "$max"])
        steps.append((f"d{number % 4}", {operator: {choose.choice(fields): choose.choice(VALUES)}}))
    for coll in ("short", "long"):
        changed.insert("db", coll, [{"_id": f"d{number}", "list": [1]} for number in range(3)])
        for field in "ab":
            changed.create_index("db", coll, f"{field}_1", {field: 1})
        if coll == "long":
            monkeypatch.setattr(mongodb_launcher, "_is_plain", lambda *_: False)
        answers = []
        transaction = changed.begin_user_transaction()
        with changed.use_user_transaction(transaction):
            for key, update in steps:
                try:
                    asked = bson.decode(bson.encode(update))
                    answers.append(changed.update_matching("db", coll, {"_id": key}, asked, upsert=True))
                except UpdateError as error:
                    answers.append(str(error))
        changed.commit_user_transaction(transaction)
        documents = [bson.encode(one) for one in changed.find_matching("db", coll, {})]
        states.append((answers, documents, [found_in(changed, coll, {"a": value}) for value in (1, 2, "1")]))
    assert states[0] == states[1]
    assert sum(done is not None for done in short_ways) > 50


def found_in(storage, coll: str, condition: dict) -> list:
    return [document["_id"] for document in storage.find_matching("db", coll, condition)]


ITER_INDEXES = mongodb_launcher._iter_indexes
VALUES = [1, 2, 1.0, True, None, "1", "", Int64(1), [1], [], {"b": 1}, {"b": [1]}]
values = st.sampled_from(VALUES)
paths = st.sampled_from(["a", "a.b", "b", "c.a.b", "c", "c.b", "d.1.t", "_id", "a.0", "$x", "a.$"])
operators = st.sampled_from(["$set", "$inc", "$unset", "$setOnInsert", "$max", "$addToSet"])
updates = st.dictionaries(operators, st.dictionaries(paths, values, min_size=1, max_size=3), min_size=1, max_size=3)
documents = st.dictionaries(
    st.sampled_from("abcd"), values | st.dictionaries(st.sampled_from("ab"), values), max_size=4
)


def outcome(apply, document: dict, update: dict, *, is_upsert: bool) -> object:
    try:
        return bson.encode(apply(document, update, is_upsert=is_upsert))
    except (UpdateError, ValueError) as error:
        return str(error)


@given(documents, updates, st.booleans())
@settings(max_examples=400, deadline=None)
def test_documents_are_changed_as_by_the_original(document: dict, update: dict, is_upsert: bool) -> None:
    before, asked = bson.encode({"_id": 1, **document}), bson.encode(update)
    document = bson.decode(before)
    ours = outcome(mongodb_launcher.apply_update, document, bson.decode(asked), is_upsert=is_upsert)
    assert bson.encode(document) == before
    assert ours == outcome(mongodb_launcher._apply_update, document, bson.decode(asked), is_upsert=is_upsert)


texts = st.text(max_size=5)
columns = st.one_of(
    st.tuples(st.just("u"), st.binary(max_size=5)),
    st.tuples(st.just("q"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("S"), texts),
    st.tuples(st.just("SS"), texts, texts),
    st.tuples(st.just("SSq"), texts, texts, st.integers(-9000, 9000)),
    st.tuples(st.just("SSSu"), texts, texts, texts, st.binary(max_size=5)),
    st.tuples(st.just("Su"), texts, texts),
    st.tuples(st.just("QB"), st.integers(0, 99), st.integers(0, 99)),
)


@given(columns)
def test_columns_are_packed_as_by_the_original(row: tuple) -> None:
    packed = mongodb_launcher._pack(*row)
    assert mongodb_launcher.pack(*row) == packed
    assert mongodb_launcher.unpack(row[0], packed) == list(mongodb_launcher._unpack(row[0], packed))


@pytest.mark.parametrize("in_transaction", [False, True])
def test_indexes_find_what_a_look_at_all_documents_finds(changed, in_transaction: bool) -> None:
    """Values of all kinds replace each other; afterwards every index leads where it should."""
    filled(changed, indexes=("a", "b"))
    if not in_transaction:
        replace_values(changed)
        return
    transaction = changed.begin_user_transaction()
    with changed.use_user_transaction(transaction):
        replace_values(changed)
    changed.commit_user_transaction(transaction)
    compare_with_indexes(changed)


def replace_values(changed) -> None:
    choose = random.Random(3)
    for number in range(400):
        field, value = choose.choice("ab"), choose.choice(VALUES)
        change = {"$unset": {field: ""}} if number % 7 == 0 else {"$set": {field: value, "n": number}}
        update_one(changed, change, key=f"d{number % 5}")
        if number % 20 == 0:
            compare_with_indexes(changed)


def compare_with_indexes(changed) -> None:
    everything = list(changed.find_matching("db", "coll", {}))
    for field, value in itertools.product("ab", (1, 2, "1", "")):
        fitting = [one["_id"] for one in everything if matches(one, {field: value})]
        assert sorted(found(changed, {field: value}), key=str) == sorted(fitting, key=str), (field, value)
