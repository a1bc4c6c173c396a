"""What makes two reports one group."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.plugin_api import configuration
from plugins.crashes import payload, plcrash, stacks, threads, versions
from plugins.crashes.settings import DEFAULTS, compiled
from plugins.crashes.stacks import Grouping
from plugins.crashes.tests.reports import report
from plugins.crashes.tests.test_counting import groups
from tests.traffic import Traffic

APPLICATION = "5f8c6f2e1b2c3d4e5f607182"
PLAIN = Grouping(is_smart=False)
SMART = Grouping(patterns=compiled(str(DEFAULTS["smart_regexes"])))


def group(grouping: Grouping = PLAIN, **sent: object) -> str:
    crash = payload.read({"_os": "Linux", "_app_version": "1", **sent})
    assert isinstance(crash, payload.Crash), crash
    return crash.group(APPLICATION, grouping)


def test_the_id_is_the_hash_of_platform_seed_application_and_fatality() -> None:
    seed = f"LinuxErr: aErr: a{APPLICATION}false"
    assert group(_error="Err: a\nat f") == hashlib.sha1(seed.encode()).hexdigest()
    named = f"LinuxNameErr: a{APPLICATION}true"
    assert group(_error="Err: a\nat f", _name="Name", _nonfatal="true") == hashlib.sha1(named.encode()).hexdigest()
    second = f"LinuxErr: aat f{APPLICATION}false"
    assert group(_error="Err: a\nat f", _name="Err: a") == hashlib.sha1(second.encode()).hexdigest()
    everywhere = f"Err: aErr: a{APPLICATION}false"
    assert group(_error="Err: a\nat f", _not_os_specific="true") == hashlib.sha1(everywhere.encode()).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Err user 17 is gone", "Err user 18 is gone"),
        ("Err 0xdeadBEEF bad", "Err 0x00 bad"),
        ("Err {a: 1} bad", "Err {b: 2} bad"),
        ("at /home/ann/app.py failed", "at /srv/app.py failed"),
        ("host 10.0.0.1 down", "host 192.168.7.9 down"),
        ("id 123e4567-e89b-12d3-a456-426614174000 x", "id 00000000-e89b-12d3-a456-426614174000 x"),
    ],
)
def test_what_varies_is_left_out(one: str, other: str) -> None:
    assert group(SMART, _error=f"x\n{one}", _name="x") == group(SMART, _error=f"x\n{other}", _name="x")
    assert group(_error=f"x\n{one}", _name="x") != group(_error=f"x\n{other}", _name="x")


def test_stacks_lose_what_differs_from_device_to_device() -> None:
    script = "TypeError: x\n at f (https://a.com/js/app.js?v=3:10:5)\n at g (internal/x.js:1:2)"
    assert stacks.lines_of(script, "Mac", is_script=True) == ["TypeError: x", " at f (app.js)"]
    ios = "Boom\n0 App 0x0001a 0x00f + 12\n1 App 0x0001b 0x00f + 99"
    assert stacks.lines_of(ios, "iOS", is_script=False) == ["Boom", "App 0x%%%%%% 0x%%%%%% "]
    android = "Boom\nat android.os.Handler(H.java:1)\nat com.x.A(A.java:3)\nat com.x.A(A.java:3)\n\nrest"
    assert stacks.lines_of(android, "Android", is_script=False) == ["Boom", "at com.x.A(A.java)"]


@given(st.text(max_size=200), st.sampled_from(["iOS", "Android", "Mac"]), st.booleans())
def test_any_text_has_a_group(error: str, platform: str, is_script: bool) -> None:
    for grouping in (SMART, Grouping(stacks.STACKTRACE)):
        lines = stacks.lines_of(stacks.tidy(error), platform, is_script=is_script)
        assert len(lines) == len(set(lines))
        seed = stacks.seed_of("", lines, grouping)
        assert len(stacks.group_id(APPLICATION, platform, seed, is_nonfatal=False)) == 40


@given(st.lists(st.tuples(*[st.integers(0, 99)] * 3), min_size=2, max_size=2))
def test_versions_compare_as_their_numbers(pair: list[tuple[int, int, int]]) -> None:
    one, other = (".".join(map(str, numbers)) for numbers in pair)
    assert versions.is_higher(one, other) is (pair[0] > pair[1])
    assert (versions.sort_form(one) > versions.sort_form(other)) is (pair[0] > pair[1])


def test_versions_of_all_kinds_compare() -> None:
    ordered = ["1.0-alpha", "1.0-beta.2", "1.0-beta.10", "1.0", "1.0.1", "1.1", "1.10", "2"]
    assert sorted(set(ordered), key=versions.key) == ordered
    assert versions.sort_form("1.2.3-rc") == "100001.100002.100003-rc"
    assert versions.is_higher("1.2.3.10", "1.2.3.9")
    assert versions.parts("1.2-rc+5") == {
        "app_version_major": 1,
        "app_version_minor": 2,
        "app_version_patch": 0,
        "app_version_prerelease": "rc",
        "app_version_build": "5",
    }


def test_reports_of_plcrash_tell_more_than_a_stack() -> None:
    text = (
        "Hardware Model: iPhone9,1\nVersion: 2.1 (7)\nOS Version: iPhone OS 14.1\n\nException Type: SIGABRT\n\n"
        "Application Specific Information:\n*** Terminating app\n\n"
        "Thread 0 Crashed:\n0 App main\n\nThread 1:\n0 wait\n\n"
        "Binary Images:\n  0x100 - 0x1ff +App arm64 <0a1b2c> /path/App\n"
    )
    assert plcrash.read(text) == {
        "app_version": "2.1 (7)",
        "device": "iPhone9,1",
        "os_version": "iPhone OS 14.1",
        "name": "*** Terminating app",
        "binary_images": {"App": {"la": "0x100", "id": "0a1b2c"}},
    }
    assert threads.crashed_thread(text) == "0 App main"
    crash = payload.read({"_os": "iOS", "_app_version": "2.1", "_error": text, "_plcrash": True})
    assert isinstance(crash, payload.Crash)
    assert (crash.name, crash.report["device"], crash.version) == ("*** Terminating app", "iPhone9,1", "2.1")


def test_unusable_patterns_are_left_out() -> None:
    assert len(compiled("(?=x)\n[\n\nabc")) == 1


def test_settings_hold_for_all_applications(traffic: Traffic) -> None:
    configuration.write("crashes", {"grouping_strategy": "stacktrace", "same_app_version_crash_update": True})
    traffic.send("d1", at_ms=clock.now_ms() - 2000, crash=report(_error="Boom\nat a\nat b"))
    traffic.send("d1", at_ms=clock.now_ms() - 1000, crash=report(_error="Boom\nat a\nat b\n\nmore"))
    traffic.count("d1", crash=report(_error="Boom\nat a\nat c"))
    assert sorted((row["error"], row["reports"]) for row in groups(traffic)) == [
        ("Boom\nat a\nat b\n\nmore", 2),
        ("Boom\nat a\nat c", 1),
    ]


@pytest.mark.parametrize("text", ["a", "a.", "{", "/a", "(", "0x", ":1", "aa/ "])
def test_no_text_holds_up_the_counting(text: str) -> None:
    """Without bounds this takes minutes."""
    long = text * (150_000 // len(text))
    for is_script in (True, False):
        lines = stacks.lines_of(long, "iOS", is_script=is_script)
        assert stacks.seed_of("name", lines, stacks.Grouping(stacks.STACKTRACE)) is not None
    assert "binary_images" in plcrash.read("Binary Images:\n" + "\n" * 150_000 + long)
