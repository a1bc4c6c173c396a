"""What FCM and HMS have in common: a push is posted with an access token, which is renewed once when it is refused."""

from abc import ABC, abstractmethod

import httpx
import orjson

from plugins.push.gateways import connections
from plugins.push.gateways.errors import Rejected, Unreachable, of_network
from plugins.push.gateways.oauth import AccessTokens
from plugins.push.gateways.outcomes import Outcome, Push, failed, later


class BearerGateway(ABC):
    tokens: AccessTokens

    def client(self) -> httpx.AsyncClient:
        return connections.client(http2=False)

    async def send(self, client: httpx.AsyncClient, push: Push) -> Outcome:
        try:
            token = await self.tokens.current(client)
            response = await self._post(client, push, token)
            if self.is_refused(response):
                token = await self.tokens.current(client, other_than=token)
                response = await self._post(client, push, token)
        except Rejected:
            return failed("CredentialsRejected")
        except Unreachable as error:
            return later("ConnectionError", error.retry_after)
        except httpx.HTTPError as error:
            return of_network(error)
        return self.outcome(response)

    async def _post(self, client: httpx.AsyncClient, push: Push, token: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return await client.post(self.address(), content=orjson.dumps(self.body(push)), headers=headers)

    def is_refused(self, response: httpx.Response) -> bool:
        """Whether the token was: it ends when the provider wants."""
        return response.status_code == 401

    @abstractmethod
    def address(self) -> str: ...

    @abstractmethod
    def body(self, push: Push) -> dict[str, object]:
        """What is posted, before it becomes JSON."""

    @abstractmethod
    def outcome(self, response: httpx.Response) -> Outcome: ...
