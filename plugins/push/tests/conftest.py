"""Providers of our own: they speak HTTP/2 over TLS as Apple does, or HTTP as the others do, and answer by the token."""

import asyncio
import base64
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from hypercorn.asyncio import serve
from hypercorn.config import Config

from plugins.push import automatic, sending, tasks
from plugins.push.gateways import apns, oauth

BUNDLE = "com.example.app"
KEY = ec.generate_private_key(ec.SECP256R1())
ACCOUNT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def public_pem_of(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def data_url(content: bytes | str) -> str:
    content = content.encode() if isinstance(content, str) else content
    return f"data:application/octet-stream;base64,{base64.b64encode(content).decode()}"


def certificate_of(key: Any, *names: x509.NameAttribute[Any]) -> x509.Certificate:
    name = x509.Name(list(names))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256())


CLIENT_KEY = ec.generate_private_key(ec.SECP256R1())
CLIENT_CERTIFICATE = certificate_of(
    CLIENT_KEY,
    x509.NameAttribute(NameOID.COMMON_NAME, "Apple Push Services"),
    x509.NameAttribute(NameOID.USER_ID, BUNDLE),
)


def client_p12(passphrase: bytes) -> bytes:
    encryption = BestAvailableEncryption(passphrase)
    return pkcs12.serialize_key_and_certificates(b"push", CLIENT_KEY, CLIENT_CERTIFICATE, None, encryption)


@dataclass
class Gateways:
    """What arrived, and what is to be answered. `answers`: token -> status, body, headers; else all is well."""

    apns: list[dict[str, Any]] = field(default_factory=list)
    fcm: list[dict[str, Any]] = field(default_factory=list)
    hms: list[dict[str, Any]] = field(default_factory=list)
    granted: list[dict[str, str]] = field(default_factory=list)  # forms that asked for access tokens
    answers: dict[str, list[tuple[int, Any, dict[str, str]]]] = field(default_factory=dict)
    valid_access: str = "access-1"
    grants: list[str] = field(default_factory=lambda: ["access-1"])  # of which the last one is repeated
    rejects_credentials: bool = False

    def will_answer(self, token: str, status: int, body: Any, **headers: str) -> None:
        """Once; after that all is well again."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.setdefault(token, []).append((status, body, named))

    def answer(self, scope: dict[str, Any], body: bytes) -> tuple[int, Any, dict[str, str]]:
        path, headers = scope["path"], {name.decode(): value.decode() for name, value in scope["headers"]}
        if path == "/token":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.granted.append(form)
            if self.rejects_credentials:
                return 400, {"error": "invalid_grant"}, {}
            token = self.grants.pop(0) if len(self.grants) > 1 else self.grants[0]
            return 200, {"access_token": token, "expires_in": 3600}, {}
        if path.startswith("/3/device/"):
            return self._apple(scope, path.rpartition("/")[2], headers, json.loads(body))
        sent = {"path": path, "authorization": headers.get("authorization", ""), **json.loads(body)["message"]}
        is_google = path.startswith("/v1/projects/")
        (self.fcm if is_google else self.hms).append(sent)
        if headers.get("authorization") != f"Bearer {self.valid_access}":
            return (401, {"error": {"status": "UNAUTHENTICATED"}}, {}) if is_google else (200, {"code": "80200003"}, {})
        token = sent["token"] if is_google else sent["token"][0]
        if waiting := self.answers.get(token):
            return waiting.pop(0)
        return (200, {"name": "x"}, {}) if is_google else (200, {"code": "80000000"}, {})

    def _apple(self, scope: Any, token: str, headers: dict[str, str], payload: Any) -> tuple[int, Any, dict[str, str]]:
        to = scope["server"][1]  # port: one of them takes none without a certificate
        self.apns.append(
            {"token": token, "version": scope["http_version"], "headers": headers, "payload": payload, "port": to}
        )
        if self.rejects_credentials:
            return 403, {"reason": "InvalidProviderToken"}, {}
        if "authorization" in headers:
            jwt.decode(headers["authorization"].removeprefix("bearer "), public_pem_of(KEY), algorithms=["ES256"])
        if waiting := self.answers.get(token):
            return waiting.pop(0)
        if token == "0" * 64:
            return 400, {"reason": "BadDeviceToken"}, {}
        return 200, None, {}


def _app(gateways: Gateways) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        status, content, headers = gateways.answer(scope, body)
        raw = json.dumps(content).encode() if content is not None else b""
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": raw})

    return app


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    gateways: Gateways
    addresses: dict[str, str]
    strict_port: int  # where Apple speaks to nobody without the certificate of `client_p12`


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of a session, with ports for TLS and one without."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certificate_of(key, x509.NameAttribute(NameOID.COMMON_NAME, "localhost"))
    (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "server.key").write_text(pem_of(key))
    (folder / "clients.pem").write_bytes(CLIENT_CERTIFICATE.public_bytes(Encoding.PEM))
    tls, strict, plain = _free_port(), _free_port(), _free_port()

    def config_of(port: int, verify_mode: ssl.VerifyMode) -> Config:
        config = Config()
        config.bind = [f"127.0.0.1:{port}"]
        config.certfile, config.keyfile = str(folder / "server.pem"), str(folder / "server.key")
        config.ca_certs, config.verify_mode = str(folder / "clients.pem"), verify_mode
        config.alpn_protocols = ["h2"]
        return config

    usual, for_certificates = config_of(tls, ssl.CERT_OPTIONAL), config_of(strict, ssl.CERT_REQUIRED)
    usual.insecure_bind = [f"127.0.0.1:{plain}"]
    gateways, loop, stop = Gateways(), asyncio.new_event_loop(), asyncio.Event()
    started = threading.Event()

    async def run() -> None:
        loop.call_later(0.2, started.set)
        servers = [serve(_app(gateways), config, shutdown_trigger=stop.wait) for config in (usual, for_certificates)]
        await asyncio.gather(*servers)

    def start() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(run())
        loop.close()

    thread = threading.Thread(target=start, daemon=True)
    thread.start()
    started.wait(10)
    http = f"http://127.0.0.1:{plain}"
    apple = f"https://localhost:{tls}"
    addresses = {"apns": apple, "apns_sandbox": apple, "ca": str(folder / "server.pem")}
    addresses |= {"fcm": http, "fcm_token": f"{http}/token", "hms": http, "hms_token": f"{http}/token"}
    yield Served(gateways, addresses, strict)
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)


@pytest.fixture
def gateways(served: Served, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Gateways:
    settings.PUSH_GATEWAYS = served.addresses
    served.gateways.__dict__.update(Gateways().__dict__)
    oauth.forget_all()
    apns.forget_all()
    automatic.forget()
    monkeypatch.setattr(tasks.task_send, "delay", sending.work)  # at once, in this process
    return served.gateways


@pytest.fixture
def credentials() -> dict[str, dict[str, Any]]:
    """As people enter them."""
    account = {"private_key": pem_of(ACCOUNT_KEY), "project_id": "demo-1", "client_email": "push@demo.example"}
    return {
        "i": {"type": "apn_token", "key": data_url(pem_of(KEY)), "keyid": "K1", "team": "T1", "bundle": BUNDLE},
        "a": {"type": "fcm", "serviceAccountFile": data_url(json.dumps(account))},
        "h": {"type": "hms", "app": "1001", "secret": "hms-secret"},
    }
