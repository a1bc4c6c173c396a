from apps.applications.info import ApplicationInfo
from apps.ingest.recent import RecentRequests

ONE = ApplicationInfo(id="1" * 24, key="one")
TWO = ApplicationInfo(id="2" * 24, key="two")


def test_only_the_last_request_of_a_user_is_remembered():
    recent = RecentRequests()
    assert not recent.is_last(ONE, "d", b"a")
    recent.remember(ONE, "d", b"a")
    assert recent.is_last(ONE, "d", b"a")
    assert not recent.is_last(ONE, "e", b"a")
    assert not recent.is_last(TWO, "d", b"a")
    recent.remember(ONE, "d", b"b")
    assert not recent.is_last(ONE, "d", b"a")
    assert recent.is_last(ONE, "d", b"b")


def test_cleared_application_remembers_nothing():
    recent = RecentRequests()
    recent.remember(ONE, "d", b"a")
    assert not recent.is_last(ApplicationInfo(id=ONE.id, key="one", generation=1), "d", b"a")


def test_user_of_longest_ago_makes_room():
    recent = RecentRequests(max_users=2)
    for device in ("a", "b", "a", "c"):
        recent.remember(ONE, device, b"x")
    assert [recent.is_last(ONE, device, b"x") for device in ("a", "b", "c")] == [True, False, True]
