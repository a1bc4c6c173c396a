"""Huawei's Push Kit: client credentials buy an access token."""

import httpx
import orjson

from plugins.push.credentials import Credentials
from plugins.push.gateways import connections
from plugins.push.gateways.bearer import BearerGateway
from plugins.push.gateways.oauth import AccessTokens
from plugins.push.gateways.outcomes import SENT, Outcome, Push, failed, invalid_token, later

SUCCESS = "80000000"
INVALID = frozenset({"80100000", "80300002", "80300007"})  # of one token: all of them are illegal
EXPIRED = frozenset({"80200003"})
REJECTED = frozenset({"80200001"})
LATER = frozenset({"81000001", "80300011"})
LONGEST_LIFE_SECONDS = 15 * 86_400


class Hms(BearerGateway):
    def __init__(self, credentials: Credentials) -> None:
        self._app = str(credentials.values["app"])
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app,
            "client_secret": str(credentials.values["secret"]),
        }
        self.tokens = AccessTokens(credentials.hash, connections.address("hms_token"), lambda: form)

    def is_refused(self, response: httpx.Response) -> bool:
        return super().is_refused(response) or _code(response) in EXPIRED

    def address(self) -> str:
        return f"{connections.address('hms')}/v1/{self._app}/messages:send"

    def body(self, push: Push) -> dict[str, object]:
        message = {
            "data": orjson.dumps(push.payload).decode(),
            "token": [push.token],
            "android": {"ttl": f"{min(push.seconds_to_live, LONGEST_LIFE_SECONDS)}s", "urgency": "HIGH"},
        }
        return {"validate_only": False, "message": message}

    def outcome(self, response: httpx.Response) -> Outcome:
        code = _code(response)
        if response.status_code == 200 and code == SUCCESS:
            return SENT
        if code in INVALID:
            return invalid_token(code)
        if response.status_code == 429 or response.status_code >= 500 or code in LATER:
            return later(code, response.headers.get("retry-after"))
        return failed("CredentialsRejected" if code in REJECTED else code)


def _code(response: httpx.Response) -> str:
    try:
        return str(orjson.loads(response.content)["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"Status {response.status_code}"
