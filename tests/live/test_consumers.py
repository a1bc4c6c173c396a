"""One open screen, over the real channel layer."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser

from apps.accounts import members
from apps.applications.lifecycle import create_application
from apps.core import redis_client
from apps.live import consumers, versions
from apps.live.broadcast import announce_batch
from apps.live.routing import websocket_urlpatterns
from tests.live.screen import Screen

router = URLRouter(websocket_urlpatterns)


@asynccontextmanager
async def opened(application, user):
    screen = Screen(router, f"/ws/applications/{application.id}/", user)
    try:
        await screen.open()
        yield screen
    finally:
        await screen.leave()
        await get_channel_layer().flush()  # its receiver must not outlive the loop
        await redis_client.async_client().aclose()


def run(scenario: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(scenario(), 20))


async def commit(application) -> None:
    await asyncio.to_thread(announce_batch, None, {application.id}, accepted={application.id: 1})


async def messages_until(screen, version: int) -> list[tuple[int, float]]:
    """Version and time of arrival of each message up to the wanted version."""
    found: list[tuple[int, float]] = []
    while not found or found[-1][0] != version:
        message = await screen.message()
        found.append((message["version"], asyncio.get_running_loop().time()))
    return found


def test_screen_hears_the_stored_version_when_it_opens(application, owner):
    async def scenario():
        await commit(application)
        await commit(application)
        async with opened(application, owner) as screen:
            return await screen.message()

    assert run(scenario) == {"version": 2}


def test_first_batch_is_told_at_once_though_a_sign_of_life_went_before(application, owner):
    async def scenario():
        async with opened(application, owner) as screen:
            assert await screen.message() == {"version": 0}
            begun = asyncio.get_running_loop().time()
            await commit(application)
            message = await screen.message()
            return message, asyncio.get_running_loop().time() - begun

    message, seconds = run(scenario)
    assert message == {"version": 1}
    assert seconds < 0.5


def test_burst_is_told_once_a_second_and_ends_with_its_last_version(application, owner):
    async def scenario():
        async with opened(application, owner) as screen:
            await messages_until(screen, 0)
            for _ in range(20):
                await commit(application)
            return await messages_until(screen, 20)

    heard = run(scenario)
    assert len(heard) <= 2
    assert heard[-1][0] == 20


def test_pauses_between_messages_are_kept(application, owner, monkeypatch):
    monkeypatch.setattr(consumers, "PAUSE_SECONDS", 0.3)

    async def scenario():
        async with opened(application, owner) as screen:
            await messages_until(screen, 0)
            times = []
            for version in range(1, 5):
                await commit(application)
                times.append((await messages_until(screen, version))[-1][1])
            return times

    times = run(scenario)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(gaps) > 0.25


def test_lost_message_is_made_up_for_at_the_next_check(application, owner, monkeypatch):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.1)

    async def scenario():
        async with opened(application, owner) as screen:
            await messages_until(screen, 0)
            await asyncio.to_thread(versions.advance, [application.id])  # stored, but nobody is told
            return await messages_until(screen, 1)

    assert run(scenario)[-1][0] == 1


def test_batch_of_another_application_is_not_told(application, owner, monkeypatch):
    other_id = str(create_application("Other").pk)
    monkeypatch.setattr(consumers, "PAUSE_SECONDS", 0.0)

    async def scenario():
        async with opened(application, owner) as screen:
            await messages_until(screen, 0)
            await asyncio.to_thread(announce_batch, None, {other_id}, accepted={other_id: 1})
            await commit(application)
            return await messages_until(screen, 1)

    assert [version for version, _ in run(scenario)] == [1]


async def close_code(application, user) -> int:
    async with opened(application, user) as screen:
        return await screen.close_code()


def test_outsider_is_closed_out(application, outsider):
    assert run(lambda: close_code(application, outsider)) == 4403


def test_anonymous_visitor_is_closed_out(application):
    assert run(lambda: close_code(application, AnonymousUser())) == 4403


def test_member_locked_meanwhile_is_closed_out_at_the_next_check(application, owner, monkeypatch):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.1)

    async def scenario():
        async with opened(application, owner) as screen:
            await messages_until(screen, 0)
            await sync_to_async(members.set_locked)([owner], True)
            return await screen.close_code()

    assert run(scenario) == 4403


def test_unknown_address_is_closed(transactional_db):
    async def scenario():
        screen = Screen(router, "/ws/applications/nonsense/", AnonymousUser())
        await screen.send_input({"type": "websocket.connect"})
        return await screen.close_code()

    assert run(scenario) == 4404
