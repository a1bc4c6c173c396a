"""Credentials of providers are encrypted where they are stored, under the server's SECRET_KEY."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """They were stored under another SECRET_KEY: they have to be entered anew."""


def seal(secrets: dict[str, Any]) -> str:
    return _cipher().encrypt(json.dumps(secrets).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        found: dict[str, Any] = json.loads(_cipher().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error
    return found


def _cipher() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), b"push:credentials", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
