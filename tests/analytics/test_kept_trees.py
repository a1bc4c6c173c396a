"""What stays in memory, under which version, and how much of it."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.kept_trees import KeptTrees, bytes_of


def test_a_value_is_kept_for_its_version_only():
    kept = KeptTrees(100)
    kept.put("key", "one", "value", 10)

    assert kept.get("key", "one") == "value"
    assert kept.get("key", "two") is None
    assert kept.get("other", "one") is None

    kept.put("key", "two", "newer", 20)

    assert (kept.get("key", "one"), kept.get("key", "two"), kept.size_bytes) == (None, "newer", 20)


def test_what_was_not_asked_for_longest_makes_room():
    kept = KeptTrees(100)
    for key in "abc":
        kept.put(key, 1, key, 30)
    kept.get("a", 1)

    kept.put("d", 1, "d", 30)

    assert [kept.get(key, 1) for key in "abcd"] == ["a", None, "c", "d"]
    assert kept.size_bytes == 90


def test_what_is_larger_than_all_room_is_not_kept_and_nothing_goes_for_it():
    kept = KeptTrees(100)
    kept.put("small", 1, "small", 60)
    kept.put("large", 1, "large", 101)

    assert (kept.get("small", 1), kept.get("large", 1)) == ("small", None)


trees = st.recursive(
    st.dictionaries(st.text(max_size=3), st.integers(0, 10**6), max_size=4),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)


@given(trees)
def test_a_tree_is_as_large_as_its_objects(tree):
    assert bytes_of(tree) >= sum(map(sys.getsizeof, objects_of(tree)))


def objects_of(node):
    yield node
    for child in node.values():
        if isinstance(child, dict):
            yield from objects_of(child)
        elif child > 256:
            yield child
