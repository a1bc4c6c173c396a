"""Whatever is killed under load: what was acknowledged is counted, once.

A short run by default. FAULTS_SECONDS makes it longer (`make faults`).
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.applications.info import ApplicationInfo
from tests.faults import counters
from tests.faults.sender import Log, Sender
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.alone, pytest.mark.timeout(3600)]

SECONDS = float(os.environ.get("FAULTS_SECONDS", "4"))
SENDERS = 8
DEVICES_PER_SENDER = 400


@contextmanager
def under_load(stack: Stack, application: ApplicationInfo, *, repeat: bool = False) -> Iterator[Log]:
    log = Log()
    senders = [
        Sender(stack.port, application.key, f"sender{number}", log, DEVICES_PER_SENDER, repeat)
        for number in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    try:
        yield log
    finally:
        for sender in senders:
            sender.enough.set()
        for sender in senders:
            sender.join(120)
    assert [sender.failure for sender in senders] == [None] * SENDERS
    assert not any(sender.is_alive() for sender in senders)


def assert_counted_exactly(stack: Stack, application: ApplicationInfo, log: Log) -> None:
    stack.flush()
    database = stack.database()
    expected = log.expected()
    found = counters.totals(database, application.id)
    assert found == expected
    assert counters.totals_by_hour(database, application.id) == expected["sessions"]
    by_segment = counters.totals_by_segment(database, application.id)
    assert by_segment == {name: total for name, total in expected.items() if name.endswith(" count")}
    assert counters.totals_of_profiles(database, application.id) == {
        name: expected.get(name, 0) for name in ("sessions", "seconds", "new users")
    }
    assert database.dead_letters.count_documents({}) == 0
    print(f"{len(log.sent)} requests acknowledged in {log.attempts} attempts, all counted once")


@pytest.mark.parametrize("role", ["web", "worker", "valkey", "mongodb"])
def test_killed_role_loses_and_doubles_nothing(mortal_stack: Stack, role: str) -> None:
    application = mortal_stack.create_application("Faults", timezone="Atlantic/Reykjavik")
    choose = random.Random(role)
    with under_load(mortal_stack, application) as log:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(choose.uniform(0.5, 2.5))
            before = mortal_stack.kill(role, signal.SIGKILL)
            mortal_stack.wait_until(lambda before=before: mortal_stack.pids().get(role, before) != before)
    assert len(log.sent) > 100
    assert_counted_exactly(mortal_stack, application, log)


def test_requests_sent_up_to_five_times_count_once(mortal_stack: Stack) -> None:
    application = mortal_stack.create_application("Retries", timezone="Atlantic/Reykjavik")
    with under_load(mortal_stack, application, repeat=True) as log:
        time.sleep(SECONDS / 2)
        mortal_stack.kill("worker", signal.SIGKILL)
        time.sleep(SECONDS / 4)
        mortal_stack.kill("web", signal.SIGKILL)
        time.sleep(SECONDS / 4)
    assert_counted_exactly(mortal_stack, application, log)


def test_orderly_stop_and_start_under_load_loses_nothing(mortal_stack: Stack) -> None:
    application = mortal_stack.create_application("Restart", timezone="Atlantic/Reykjavik")
    with under_load(mortal_stack, application) as log:
        time.sleep(SECONDS / 4)
        assert mortal_stack.stop() == 0
        mortal_stack.start()
        time.sleep(SECONDS / 4)
    assert_counted_exactly(mortal_stack, application, log)
