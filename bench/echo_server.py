"""What `bench.latency` compares with: an HTTP answer for which nothing is done, and a WebSocket that echoes."""

from typing import Any

from bench.ack_server import BODY, START


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send(START)
        await send(BODY)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})
