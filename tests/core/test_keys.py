import hashlib
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import keys


@pytest.mark.parametrize(
    ("text", "character"),
    [("device-1", "0"), ("iOS", "G"), ("i17:2", "V"), ("pro", "H"), ("Purchase", "d"), ("abc", "k"), ("Berlin", "7")],
)
def test_postfix_has_the_check_values_of_stored_data(text, character):
    assert keys.postfix(text) == character


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_postfix_is_the_first_character_of_base64_of_md5(text):
    assert keys.postfix(text) == b64encode(hashlib.md5(text.encode()).digest())[:1].decode()


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("17.2", "17:2"),
        ("$price", "price"),
        ("$$a$b.c", "a$b:c"),
        ("$", ""),
        ("a\0b", "a&#9647b"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_metric_values(text, encoded):
    assert keys.encode_metric_value(text) == encoded


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("1", "[CLY]1"),
        ("31", "[CLY]31"),
        ("32", "32"),
        ("0", "0"),
        ("01", "01"),
        ("$5", "[CLY]5"),
        ("1.2", "1:2"),
        ("a\0", "a&#9647"),
    ],
)
def test_segment_values_are_kept_apart_from_days(text, encoded):
    assert keys.encode_segment_value(text) == encoded


@pytest.mark.parametrize(
    ("text", "encoded"), [("ver.1", "ver1"), ("$price", "price"), (".$x", "x"), ("spa ce", "spa ce"), ("..", "")]
)
def test_segment_names_have_no_dots(text, encoded):
    assert keys.encode_segment_name(text) == encoded


@pytest.mark.parametrize(
    ("value", "clear"),
    [("7", "[CLY]7"), ("0", "[CLY]0"), ("w12", "[CLY]w12"), ("w54", "w54"), ("60", "60"), ("a7", "a7"), ("u", "u")],
)
def test_values_that_look_like_the_calendar_get_a_prefix(value, clear):
    assert keys.clear_of_calendar(value) == clear


@pytest.mark.parametrize(
    ("text", "well_formed"),
    [
        ("grün", "grün"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_well_formed_texts_can_be_encoded(text, well_formed):
    assert keys.well_formed(text) == well_formed


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1"), (9, "9"), (10, "a"), (35, "z"), (36, "A"), (61, "Z"), (62, "10"), (3844, "100")]
)
def test_uids_count_in_base_62(number, text):
    assert keys.uid_text(number) == text


def test_user_id_is_the_hash_of_key_and_device():
    assert keys.user_id("key", "d1") == hashlib.sha1(b"keyd1").hexdigest()


def test_event_hash_is_the_hash_of_event_and_application():
    assert keys.event_hash("Purchase", "64b0") == hashlib.sha1(b"Purchase64b0").hexdigest()


def test_long_texts_are_not_kept_in_memory():
    long = "x" * (keys.LONGEST_CACHED_TEXT + 1)
    cache = keys.postfix.__self__
    keys.postfix(long)
    assert long not in cache
    keys.postfix(long[:-1])
    assert long[:-1] in cache


def test_the_number_of_texts_in_memory_is_bounded():
    cache = keys.encode_segment_value.__self__
    for number in range(keys.CACHED_TEXTS + 10):
        keys.encode_segment_value(f"value {number}")
    assert len(cache) <= keys.CACHED_TEXTS
