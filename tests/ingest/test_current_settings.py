import asyncio
import threading
import time

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from apps.applications.info import ApplicationInfo
from apps.ingest import current_settings
from apps.ingest.current_settings import api_settings
from apps.plugin_api import configuration

OVERRIDING = ApplicationInfo(id="1" * 24, key="k", overrides={"api": {"prevent_duplicate_requests": False}})


@pytest.fixture(autouse=True)
def _nothing_read(transactional_db):
    configuration.forget()
    current_settings.forget()


def refuse(namespace):
    raise ServerSelectionTimeoutError("no primary")


def let_time_pass(monkeypatch):
    monkeypatch.setattr(current_settings, "_next_reading", 0.0)
    configuration.forget()


def test_application_has_its_own_values():
    async def talk():
        return [(await api_settings(who))["prevent_duplicate_requests"] for who in (None, OVERRIDING)]

    assert asyncio.run(talk()) == [True, False]


def test_change_is_seen_after_a_while(monkeypatch):
    async def talk():
        before = (await api_settings())["trim_trailing_ending_spaces"]
        await asyncio.to_thread(configuration.write, "api", {"trim_trailing_ending_spaces": True})
        let_time_pass(monkeypatch)
        while not (await api_settings())["trim_trailing_ending_spaces"]:
            await asyncio.sleep(0.001)
        return before

    assert asyncio.run(asyncio.wait_for(talk(), 10)) is False


def test_old_values_hold_while_the_database_does_not_answer(monkeypatch, caplog):
    async def talk():
        await api_settings()
        monkeypatch.setattr(configuration, "read", refuse)
        let_time_pass(monkeypatch)
        during = (await api_settings())["prevent_duplicate_requests"]
        await current_settings._reading
        return during, (await api_settings())["prevent_duplicate_requests"]

    assert asyncio.run(talk()) == (True, True)
    assert [record.getMessage() for record in caplog.records] == [
        "Settings cannot be read, the old ones hold: no primary"
    ]


def test_the_first_question_after_a_quiet_time_knows_of_changes(monkeypatch):
    async def talk():
        before = (await api_settings())["trim_trailing_ending_spaces"]
        await asyncio.to_thread(configuration.write, "api", {"trim_trailing_ending_spaces": True})
        let_time_pass(monkeypatch)
        monkeypatch.setattr(current_settings, "_last_reading", time.monotonic() - current_settings.OLDEST_SECONDS - 1)
        return before, (await api_settings())["trim_trailing_ending_spaces"]

    assert asyncio.run(talk()) == (False, True)


def test_questions_after_a_quiet_time_wait_for_a_silent_database_for_a_moment_only(monkeypatch):
    answers = threading.Event()
    monkeypatch.setattr(current_settings, "LONGEST_WAIT_SECONDS", 0.05)

    async def talk():
        before = await api_settings()
        monkeypatch.setattr(configuration, "read", lambda namespace: answers.wait(20) and {})
        let_time_pass(monkeypatch)
        monkeypatch.setattr(current_settings, "_last_reading", time.monotonic() - current_settings.OLDEST_SECONDS - 1)
        try:
            during = await asyncio.gather(*(asyncio.wait_for(api_settings(), 5) for _ in range(3)))
            assert not current_settings._reading.done()
        finally:
            answers.set()
        return [found == before for found in during]

    assert asyncio.run(talk()) == [True, True, True]


def test_error_is_raised_when_nothing_was_ever_read(monkeypatch):
    read = configuration.read

    async def talk():
        monkeypatch.setattr(configuration, "read", refuse)
        with pytest.raises(ServerSelectionTimeoutError):
            await api_settings()
        monkeypatch.setattr(configuration, "read", read)
        return (await api_settings())["prevent_duplicate_requests"]

    assert asyncio.run(talk()) is True
