import pytest

from apps.accounts import permissions

ALL = {"all": True, "allowed": {}}
A, B, C = "a" * 24, "b" * 24, "c" * 24


def rights(administered=(), groups=(), **letters):
    found = {letter: letters.get(letter, {}) for letter in "crud"}
    return {**found, "_": {"a": list(administered), "u": [list(group) for group in groups]}}


def test_fresh_choices_give_the_stored_layout():
    assert permissions.with_applications(permissions.empty(), {A}, {B, C}) == {
        "_": {"a": [A], "u": [[B, C]]},
        "c": {A: ALL},
        "r": {A: ALL, B: ALL, C: ALL},
        "u": {A: ALL},
        "d": {A: ALL},
    }


def test_nothing_chosen_is_the_empty_permission():
    before = permissions.with_applications(None, {A}, {B})

    assert permissions.with_applications(before, set(), set()) == permissions.empty()


def test_finer_rights_stay_as_long_as_the_application_stays():
    finer = {"all": False, "allowed": {"core": True, "events": True}}
    before = rights(
        [A], [[B], [C]], c={A: ALL, B: {"all": False, "allowed": {"events": True}}}, r={A: ALL, B: finer, C: ALL}
    )

    assert permissions.with_applications(before, set(), {A, B}) == rights(
        [], [[B], [A]], c={B: {"all": False, "allowed": {"events": True}}}, r={A: ALL, B: finer}
    )


def test_choosing_what_is_chosen_already_changes_nothing():
    before = permissions.with_applications(permissions.empty(), {A}, {B, C})

    assert permissions.with_applications(before, {A}, {B, C}) == before


def test_administered_application_is_not_read_as_well():
    assert permissions.with_applications(permissions.empty(), {A}, {A}) == permissions.with_applications(
        None, {A}, set()
    )


def test_the_given_permission_is_not_changed_in_place():
    before = permissions.with_applications(permissions.empty(), {A}, {B})
    permissions.with_applications(before, {C}, set())

    assert before == permissions.with_applications(permissions.empty(), {A}, {B})


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (rights([A]), True),
        (rights(r={A: ALL}), True),
        (rights(r={A: {"all": False, "allowed": {"core": True}}}), True),
        (rights(r={A: {"all": False, "allowed": {"core": False}}}), False),
        (rights(r={A: {"all": False, "allowed": {"events": True}}}), False),
        (rights(r={B: ALL}), False),
        (rights(c={A: ALL}, u={A: ALL}, d={A: ALL}), False),
        (rights(groups=[[A]]), False),
        ({}, False),
        ("text", False),
        ({"_": [], "r": []}, False),
        ({"_": {"a": {"x": 1}, "u": [3]}, "r": {A: True}}, False),
        ({"_": {"a": None, "u": None}, "r": {A: {"allowed": ["core"]}}}, False),
    ],
)
def test_right_to_read_core(permission, allowed):
    assert permissions.allows(permission, "r", A, "core") is allowed


@pytest.mark.parametrize(
    ("permission", "is_admin"),
    [
        (rights([A]), True),
        (rights(c={A: ALL}, r={A: ALL}, u={A: ALL}, d={A: ALL}), True),
        (rights(c={A: ALL}, r={A: ALL}, u={A: ALL}), False),
        (rights([B], r={A: ALL}), False),
        (None, False),
    ],
)
def test_administrator_of_an_application(permission, is_admin):
    assert permissions.is_admin(permission, A) is is_admin


def test_application_with_all_rights_that_nobody_administers_is_readable():
    everything = {A: ALL}
    permission = rights(c=everything, r=everything, u=everything, d=everything)
    assert permissions.readable(permission) == [A]
    assert permissions.readable(rights(administered=[A], r=everything)) == []
