"""A sender that keeps a rate: `python -m bench.paced_load PORT APP_KEY SECONDS [RATE]`; without one as fast as it can.

The traffic of `bench.sdk_load`. Prints the number of acknowledged requests.
"""

import asyncio
import sys
import time

from bench.sdk_load import EXPECTED, Traffic

CONNECTIONS = 16


async def send(port: int, app_key: str, seconds: float, rate: float) -> int:
    traffic = Traffic("/i", app_key)
    started = time.perf_counter()
    sent = acknowledged = 0

    async def connection() -> None:
        nonlocal sent, acknowledged
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            due = started + sent / rate
            sent += 1
            if due >= started + seconds or time.perf_counter() >= started + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(traffic.next())
            await reader.readuntil(b"\r\n\r\n")
            answer = await reader.readexactly(len(EXPECTED))
            if answer != EXPECTED:
                raise RuntimeError(answer.decode(errors="replace"))
            acknowledged += 1
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return acknowledged


if __name__ == "__main__":
    port_text, key, seconds_text, *rate_text = sys.argv[1:]
    pace = float(rate_text[0]) if rate_text else float("inf")
    print(asyncio.run(send(int(port_text), key, float(seconds_text), pace)))
