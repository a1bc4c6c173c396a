"""What travels on the stream: one accepted request, as the sender sent it, plus what only the receiver knew.

Nothing is interpreted before it is stored: a mistake in the reading can be mended and replayed, a lost byte cannot.
"""

import msgspec


class Record(msgspec.Struct, array_like=True, frozen=True):
    """One accepted request. New fields go to the end with a default: old entries must stay readable."""

    app_id: str  # 24 hexadecimal digits, of the application found by `app_key`
    app_key: str  # as sent; part of the user's id
    device_id: str
    received_ms: int  # server clock when the request arrived, unix milliseconds
    ip_address: str  # of the client, proxies already resolved
    query: bytes = b""  # raw query string, not decoded; empty for items of a bulk request
    body: bytes = b""  # raw body; for an item of a bulk request the item as JSON
    content_type: str = ""  # of the body, as sent; "application/json" for a bulk item
    user_agent: str = ""
    client_hints: dict[str, str] = {}  # lower-case header name -> value, only `sec-ch-ua*`
    is_bulk_item: bool = False
    is_fetch: bool = False  # of `/o/sdk`: makes the user known, counts nothing
    hops: int = 0  # how many servers have sent the request on before
    is_copy: bool = False  # of a request that another application received


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def encode(record: Record) -> bytes:
    return _encoder.encode(record)


def decode(data: bytes) -> Record:
    """Raises msgspec.DecodeError for bytes that are no record."""
    return _decoder.decode(data)
