import io
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management import call_command

from apps.core import clock, redis_client
from apps.pipeline import drops
from apps.pipeline.status import PipelineStatus, ShardStatus
from apps.system import heartbeat
from apps.system.checkup import environment, stores, traffic
from apps.system.checkup.findings import Finding, examine, fail, ok, warn
from tests.stack import Stack

NOW = datetime(2025, 3, 12, tzinfo=UTC)


def levels(findings) -> list[tuple[str, str]]:
    return [(finding.level, finding.subject) for finding in findings]


def waiting_on(stack: Stack) -> int:
    answer = httpx.get(f"{stack.url}/o/system/pipeline", params={"api_key": stack.api_key}, timeout=30)
    return int(answer.json()["waiting"])


@pytest.mark.stack
def test_doctor_finds_nothing_wrong_with_a_fresh_stack(stack: Stack):
    stack.wait_until(lambda: stack.redis().get(heartbeat.KEY) is not None)
    stack.wait_until(lambda: waiting_on(stack) == 0, timeout_seconds=120)  # what tests before this one have sent
    output = stack.manage("doctor")
    # Other tests of the run may have sent what was dropped.
    found = [line for line in output.splitlines() if not line.startswith((" ", "ok    Drops"))]
    assert {line.split()[0] for line in found} == {"ok"}, output
    assert len(found) >= 15  # plugins have checks of their own
    assert f"Web              answers at {stack.url}\n" in output


@pytest.mark.django_db
def test_doctor_ends_with_status_1_when_something_fails(monkeypatch: pytest.MonkeyPatch):
    """Here runs neither web server nor worker."""
    monkeypatch.setenv("PORT", "1")
    output = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("doctor", stdout=output, no_color=True)
    assert caught.value.code == 1
    assert (
        "warn  Web              does not answer at http://127.0.0.1:1\n"
        "                       -> Start it with `manage.py up` or `manage.py serve web`; "
        "or it runs on another machine or HOST and PORT.\n"
        "fail  Beat             has asked for a task never\n"
        "                       -> Start `manage.py serve beat` (or `manage.py up`).\n"
        "ok    Queue            nothing waits\n"
    ) in output.getvalue()


def test_check_that_raises_is_a_failure_and_the_others_go_on():
    def check_broken_thing():
        raise RuntimeError("no idea")

    def check_good():
        yield ok("Good", "all well")

    assert list(examine([check_broken_thing, check_good])) == [
        fail("broken thing", "could not be checked: no idea", "Mend what is reported above first."),
        ok("Good", "all well"),
    ]


def test_finding_reads_as_one_line_and_its_remedy():
    assert str(warn("Disk", "nearly full", "Free some.")) == (
        "warn  Disk             nearly full\n                       -> Free some."
    )


@pytest.mark.parametrize(
    ("silence_seconds", "messages", "level", "subject"),
    [
        (0.0, 0, "ok", "Worker and beat"),
        (59.0, 5, "ok", "Worker and beat"),
        (61.0, 5, "fail", "Worker"),
        (61.0, 0, "fail", "Beat"),
        (None, 1, "fail", "Worker"),
        (None, 0, "fail", "Beat"),
    ],
)
def test_silent_worker_and_silent_beat_are_told_apart(silence_seconds, messages, level, subject):
    finding = traffic.worker_finding(silence_seconds, messages)
    assert (finding.level, finding.subject) == (level, subject)


def test_heartbeat_is_noted_when_a_task_has_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(heartbeat, "_last_note", 0.0)
    assert heartbeat.seconds_since_last_task() is None
    with clock.frozen_at(1_000_000):
        heartbeat.note_task(task_id="1")
    with clock.frozen_at(1_003_000):
        heartbeat.note_task(task_id="2")  # too soon after the first to be written again
        assert heartbeat.seconds_since_last_task() == 3.0


def test_messages_waiting_counts_the_queue_of_celery():
    redis_client.client().rpush("tally", "a", "b")
    assert heartbeat.messages_waiting() == 2


@pytest.mark.parametrize(
    ("waiting", "age", "dead", "expected"),
    [
        (0, None, 0, [("ok", "Queue"), ("ok", "Dead letters")]),
        (10, 9.0, 0, [("ok", "Queue"), ("ok", "Dead letters")]),
        (10, 11.0, 1, [("warn", "Queue"), ("warn", "Dead letters")]),
        (80, 61.0, 0, [("fail", "Queue"), ("fail", "Queue"), ("ok", "Dead letters")]),
    ],
)
def test_queue_that_waits_long_or_is_nearly_full_is_reported(waiting, age, dead, expected):
    status = PipelineStatus([ShardStatus(0, waiting, age, NOW)], dead)
    assert levels(traffic.queue_findings(status, 100)) == expected


def test_requests_that_are_not_sent_on_are_reported():
    assert list(traffic.redirect_findings(0, 0.0)) == list(traffic.redirect_findings(5, 10.0)) == []
    (finding,) = traffic.redirect_findings(1234, 90.0)
    assert (finding.level, finding.text) == ("warn", "1,234 requests wait to be sent on, the oldest for 90 s")


@pytest.mark.django_db
def test_drops_of_the_last_week_are_told_by_reason():
    with clock.frozen_at(int(NOW.timestamp() * 1000)):
        assert list(traffic.check_drops()) == []
        drops.write(
            {
                drops.Drop("a", "2025-03-05", "App does not exist"): 7,
                drops.Drop("a", "2025-03-06", "Duplicate request"): 1,
                drops.Drop("a", "2025-03-12", "Unreadable"): 1200,
                drops.Drop("b", "2025-03-12", "Unreadable"): 34,
            }
        )
        assert list(traffic.check_drops()) == [
            ok("Drops", "of the last 7 days: Unreadable: 1,234, Duplicate request: 1")
        ]


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"aof_enabled": 1, "aof_last_write_status": "ok"}, ["ok"]),
        ({"aof_enabled": 0}, ["warn"]),
        ({"aof_enabled": 1, "aof_last_write_status": "err"}, ["fail"]),
        ({"aof_enabled": 1, "maxmemory": 1000, "maxmemory_policy": "allkeys-lru"}, ["ok", "fail"]),
        ({"aof_enabled": 1, "maxmemory": 0, "maxmemory_policy": "allkeys-lru"}, ["ok"]),
    ],
)
def test_redis_that_may_lose_requests_is_reported(info, expected):
    assert [finding.level for finding in stores.redis_durability(info)] == expected


@pytest.mark.django_db
def test_outgrown_collection_of_the_embedded_server_is_reported(monkeypatch: pytest.MonkeyPatch):
    from apps.core import mongo

    mongo.collection("app_users1").insert_many([{"_id": number} for number in range(3)])
    monkeypatch.setattr(stores, "is_embedded", lambda endpoint: True)
    assert levels(stores.check_mongodb()) == [("ok", "MongoDB"), ("ok", "Clock")]
    monkeypatch.setattr(stores, "EMBEDDED_MAX_DOCUMENTS", 2)
    outgrown = [finding.text for finding in stores.check_mongodb() if finding.level == "warn"]
    assert "app_users1 holds 3 documents, too many for the embedded server to be quick" in outgrown


@pytest.mark.django_db
def test_clock_of_a_store_that_is_off_is_reported():
    with clock.frozen_at(clock.now_ms() - 60_000):
        assert levels(stores.check_redis()) == [("ok", "Redis"), ("ok", "Redis"), ("warn", "Clock")]


@pytest.mark.parametrize(("free", "level"), [(2**40, "ok"), (2**29, "warn"), (2**26, "fail")])
def test_disk_that_gets_full_is_reported(free: int, level: str):
    assert environment.disk_finding(Path("/data"), free).level == level


def test_open_door_is_reported(monkeypatch: pytest.MonkeyPatch):
    for name, value in {"HOST": "0.0.0.0", "ALLOWED_HOSTS": ["*"], "SECURE_COOKIES": False, "DEBUG": True}.items():
        monkeypatch.setattr(settings, name, value)
    assert levels(environment.check_addresses()) == [
        ("fail", "DEBUG"),
        ("warn", "ALLOWED_HOSTS"),
        ("warn", "SECURE_COOKIES"),
    ]


def test_missing_secret_key_is_reported_where_several_machines_may_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert levels(environment.check_secrets()) == [("warn", "SECRET_KEY")]
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    assert list(environment.check_secrets()) == [Finding("ok", "SECRET_KEY", "set in the environment")]


def test_missing_country_data_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(settings, "GEOIP_COUNTRY_DB", str(tmp_path / "none.mmdb"))
    assert levels(environment.check_geoip()) == [("warn", "IP to country")]


@pytest.mark.parametrize(("version", "expected"), [("8.0.4", (8, 0)), ("7.2.12-rc1", (7, 2)), ("6", (6,))])
def test_version_numbers_are_compared_as_numbers(version, expected):
    assert stores.numbers(version) == expected


def test_missing_mail_server_and_links_that_lead_nowhere_are_named(settings, db):
    settings.HOST, settings.EMAIL_URL = "0.0.0.0", ""
    [missing] = environment.check_mail()
    settings.EMAIL_URL, settings.EMAIL_HOST = "smtp://", "mail.example.com"
    settings.HOST, settings.ALLOWED_HOSTS = "127.0.0.1", ["*"]
    server, local = environment.check_mail()
    settings.ALLOWED_HOSTS = ["t.example"]
    _, public = environment.check_mail()

    assert (missing.level, server.level, local.level, public.level) == ("warn", "ok", "warn", "ok")
    assert "EMAIL_URL" in missing.remedy
    assert "api.domain" in local.remedy
