"""Apple's provider API: HTTP/2, with a token (ES256) made of a P8 key, or with a client certificate (P12)."""

import base64
import ssl
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from plugins.push.credentials import APNS_CERTIFICATE, Credentials, signed
from plugins.push.gateways import connections
from plugins.push.gateways.errors import of_network
from plugins.push.gateways.outcomes import SENT, Outcome, Push, failed, invalid_token, later

#: Apple refuses tokens older than an hour, and those that are renewed more often than every 20 minutes.
TOKEN_SECONDS = 2_700
INVALID = frozenset({"BadDeviceToken", "Unregistered", "DeviceTokenNotForTopic", "ExpiredToken"})
EXPIRED = frozenset({"ExpiredProviderToken"})
CREDENTIAL_PROBLEMS = frozenset(
    {"InvalidProviderToken", "MissingProviderToken", "BadCertificate", "BadCertificateEnvironment", "Forbidden",
     "BadTopic", "TopicDisallowed", "MissingTopic", "ExpiredProviderToken"}
)  # fmt: skip
PAYLOAD_BYTES = 4_096

_tokens: dict[str, tuple[str, float]] = {}  # hash of the credentials -> token, time.monotonic() of its making
_lock = threading.Lock()


class Apns:
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def client(self) -> httpx.AsyncClient:
        context = connections.tls_context()
        if self._credentials.type == APNS_CERTIFICATE:
            _load_certificate(context, self._credentials)
        return connections.client(http2=True, context=context)

    async def send(self, client: httpx.AsyncClient, push: Push) -> Outcome:
        content = orjson.dumps(push.payload)
        if len(content) > PAYLOAD_BYTES:
            return failed("PayloadTooLarge")
        try:
            response = await self._post(client, push, content)
            if response.status_code == 403 and _reason(response) in EXPIRED:
                self._forget_token()
                response = await self._post(client, push, content)
        except httpx.HTTPError as error:
            return of_network(error)
        return _outcome(response)

    async def _post(self, client: httpx.AsyncClient, push: Push, content: bytes) -> httpx.Response:
        gateway = connections.address("apns_sandbox" if push.field == "id" else "apns")
        headers = {
            "apns-topic": str(self._credentials.values["bundle"]),
            "apns-push-type": "background" if push.is_silent else "alert",
            "apns-priority": "5" if push.is_silent else "10",
            "apns-expiration": str(int(time.time()) + push.seconds_to_live),
            "content-type": "application/json",
        }
        if self._credentials.type != APNS_CERTIFICATE:
            headers["authorization"] = f"bearer {self._token()}"
        return await client.post(f"{gateway}/3/device/{_path_safe(push.token)}", content=content, headers=headers)

    def _token(self) -> str:
        values = self._credentials.values
        with _lock:
            token, made_at = _tokens.get(self._credentials.hash, ("", 0.0))
            if not token or time.monotonic() - made_at > TOKEN_SECONDS:
                claims = {"iss": values["team"], "iat": int(time.time())}
                token = signed(claims, str(values["key"]), "ES256", {"kid": str(values["keyid"])})
                _tokens[self._credentials.hash] = (token, time.monotonic())
            return token

    def _forget_token(self) -> None:
        with _lock:
            _tokens.pop(self._credentials.hash, None)


def _outcome(response: httpx.Response) -> Outcome:
    if response.status_code == 200:
        return SENT
    reason = _reason(response)
    if response.status_code == 410 or reason in INVALID:
        return invalid_token(reason)
    if response.status_code == 429 or response.status_code >= 500:
        return later(reason, response.headers.get("retry-after"))
    return failed(reason)


def _reason(response: httpx.Response) -> str:
    try:
        found: Any = orjson.loads(response.content)
        return str(found["reason"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"Status {response.status_code}"


def _path_safe(token: str) -> str:
    """Tokens are hexadecimal; whatever else a client called one must not change the path."""
    return "".join(character for character in token if character.isalnum()) or "none"


def _load_certificate(context: ssl.SSLContext, credentials: Credentials) -> None:
    values = credentials.values
    passphrase = str(values.get("secret") or "").encode() or None
    key, certificate, further = pkcs12.load_key_and_certificates(base64.b64decode(str(values["cert"])), passphrase)
    if key is None or certificate is None:
        raise ValueError("no certificate with its key")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *further))
    # The ssl module reads files only. Nobody else may read this one, and it is gone at once.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "client.pem")
        path.touch(mode=0o600)
        path.write_bytes(pem + chain)
        context.load_cert_chain(path)


def forget_all() -> None:
    """For tests."""
    with _lock:
        _tokens.clear()
