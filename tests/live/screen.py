"""A browser's end of a WebSocket. (channels.testing would need daphne, a second server, for the same.)"""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

SECONDS = 5.0


class Screen(ApplicationCommunicator):
    def __init__(self, application: Any, path: str, user: Any) -> None:
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        super().__init__(
            application,
            {
                "type": "websocket",
                "path": path,
                "query_string": b"",
                "headers": headers,
                "subprotocols": [],
                "user": user,
            },
        )

    async def open(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(SECONDS)
        assert answer["type"] == "websocket.accept", answer

    async def message(self) -> dict[str, Any]:
        answer = await self.receive_output(SECONDS)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def close_code(self) -> int:
        """Of the closing that comes next, messages before it skipped."""
        while (answer := await self.receive_output(SECONDS))["type"] == "websocket.send":
            pass
        assert answer["type"] == "websocket.close", answer
        return answer["code"]

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()
