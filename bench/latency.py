"""From the acknowledgement of a request to the message on an open WebSocket, on the whole running product.

Idle, and while another application receives half of what the machine sustains (counted, not merely acknowledged). The
baseline of the same run: a bare HTTP answer and a WebSocket echo, one after the other, of the same web server.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection, connect

from apps.applications.info import ApplicationInfo
from apps.system.supervision.embedded import free_port
from apps.system.supervision.roles import web_command
from tests.stack import Stack

PROBES = 40
PAUSE_SECONDS = 1.15  # longer than the one between two messages to a screen: each probe measures a leading message
SUSTAINED_SECONDS = 2.0  # of sending as fast as it goes; counting takes as long as it takes
LOAD_SECONDS = 300.0  # until the probes are through
IDLE_GOAL_MS = 150.0
LOAD_GOAL_MS = 1000.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tally-latency-") as folder:
        stack = Stack(Path(folder)).start()
        try:
            probed, loaded = (stack.create_application(name) for name in ("Probed", "Loaded"))
            echo_ms = p95(asyncio.run(echo_round_trips()))
            print(f"{'echo, bare HTTP + WebSocket':<30} p95 {echo_ms:6.1f} ms", flush=True)
            idle_ms = p95(asyncio.run(probe(stack, probed)))
            report("idle", idle_ms, echo_ms, IDLE_GOAL_MS)
            sustained = measure_sustained(stack, loaded.key)
            load = start_load(stack, loaded.key, str(LOAD_SECONDS), str(sustained / 2))
            load_ms = p95(asyncio.run(probe(stack, probed)))
            load.terminate()
            load.communicate()
            report(f"at half of {sustained:,.0f} requests/s", load_ms, echo_ms, LOAD_GOAL_MS)
        finally:
            stack.stop()
    return 0 if idle_ms < IDLE_GOAL_MS and load_ms < LOAD_GOAL_MS else 1


def report(name: str, milliseconds: float, echo_ms: float, goal_ms: float) -> None:
    ratio = milliseconds / echo_ms
    print(f"{name:<30} p95 {milliseconds:6.1f} ms {ratio:6.1f} x echo   goal {goal_ms:.0f} ms", flush=True)


def p95(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[int(len(milliseconds) * 0.95)]


def start_load(stack: Stack, key: str, seconds: str, *rate: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.paced_load", str(stack.port), key, seconds, *rate]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def measure_sustained(stack: Stack, key: str) -> float:
    """Requests per second from the first sent to the last counted."""
    stack.flush()
    began = time.perf_counter()
    count = int(start_load(stack, key, str(SUSTAINED_SECONDS)).communicate()[0])
    stack.flush()
    return count / (time.perf_counter() - began)


async def probe(stack: Stack, application: ApplicationInfo) -> list[float]:
    """Milliseconds of each probe. A message may overtake the acknowledgement: that counts as zero."""
    address = f"ws://127.0.0.1:{stack.port}/ws/applications/{application.id}/"
    async with (
        httpx.AsyncClient(base_url=stack.url, timeout=60) as client,
        connect(address, additional_headers={"Cookie": await session_cookie(stack, client)}) as socket,
    ):
        version = json.loads(await socket.recv())["version"]
        found = []
        for number in range(PROBES):
            await asyncio.sleep(PAUSE_SECONDS)
            heard = asyncio.create_task(next_version(socket, version))
            query = {"app_key": application.key, "device_id": f"probe-{number}-{version}", "begin_session": "1"}
            (await client.get("/i", params=query)).raise_for_status()
            acknowledged = time.perf_counter()
            version, arrived = await asyncio.wait_for(heard, 60)
            found.append(max(0.0, arrived - acknowledged) * 1000)
        return found


async def next_version(socket: ClientConnection, known: int) -> tuple[int, float]:
    while True:
        version = json.loads(await socket.recv())["version"]
        if version != known:
            return version, time.perf_counter()


async def session_cookie(stack: Stack, client: httpx.AsyncClient) -> str:
    await client.get("/login")
    form = {"username": stack.username, "password": stack.password, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    await client.post("/login", data=form)
    return f"sessionid={client.cookies['sessionid']}"


async def echo_round_trips() -> list[float]:
    port = free_port()
    command = web_command("127.0.0.1", port, 1)
    server = subprocess.Popen([*command[:-1], "bench.echo_server:application"], stderr=subprocess.DEVNULL)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            socket = await patiently(lambda: connect(f"ws://127.0.0.1:{port}/"))
            found = []
            for _ in range(PROBES * 4):
                began = time.perf_counter()
                await client.get("/")
                await socket.send("echo")
                await socket.recv()
                found.append((time.perf_counter() - began) * 1000)
            await socket.close()
            return found
    finally:
        server.terminate()
        server.wait(20)


async def patiently(attempt: Callable[[], Awaitable[ClientConnection]], seconds: float = 30.0) -> ClientConnection:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await attempt()
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main())
