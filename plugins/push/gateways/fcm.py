"""Firebase Cloud Messaging, HTTP v1: a service account's signed claim buys an access token."""

import time
from typing import Any

import httpx
import orjson

from plugins.push.credentials import Credentials, service_account, signed
from plugins.push.gateways import connections
from plugins.push.gateways.bearer import BearerGateway
from plugins.push.gateways.oauth import AccessTokens
from plugins.push.gateways.outcomes import SENT, Outcome, Push, failed, invalid_token, later

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLAIM_SECONDS = 3_600
LONGEST_LIFE_SECONDS = 28 * 86_400
INVALID = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})


class Fcm(BearerGateway):
    def __init__(self, credentials: Credentials) -> None:
        self._account = service_account(credentials)
        self.tokens = AccessTokens(credentials.hash, connections.address("fcm_token"), self._form)

    def _form(self) -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": self._account["client_email"],
            "scope": SCOPE,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + CLAIM_SECONDS,
        }
        return {"grant_type": GRANT, "assertion": signed(claims, self._account["private_key"], "RS256")}

    def address(self) -> str:
        return f"{connections.address('fcm')}/v1/projects/{self._account['project_id']}/messages:send"

    def body(self, push: Push) -> dict[str, object]:
        message = {
            "token": push.token,
            "data": push.payload,
            "android": {"priority": "HIGH", "ttl": f"{min(push.seconds_to_live, LONGEST_LIFE_SECONDS)}s"},
        }
        return {"message": message}

    def outcome(self, response: httpx.Response) -> Outcome:
        if response.status_code == 200:
            return SENT
        code, is_about_token = _code(response)
        if code in INVALID or (code == "INVALID_ARGUMENT" and is_about_token):
            return invalid_token(code)
        if response.status_code == 429 or response.status_code >= 500:
            return later(code, response.headers.get("retry-after"))
        return failed(code)


def _code(response: httpx.Response) -> tuple[str, bool]:
    """What FCM calls the error, and whether it is about the token."""
    try:
        error: Any = orjson.loads(response.content)["error"]
        details = [one for one in error.get("details") or () if isinstance(one, dict)]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return f"Status {response.status_code}", False
    code = next((str(one["errorCode"]) for one in details if "errorCode" in one), str(error.get("status")))
    fields = [violation.get("field") for one in details for violation in one.get("fieldViolations") or ()]
    return code, "message.token" in fields
