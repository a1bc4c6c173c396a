"""What the network says, as the fate of a push."""

import httpx

from plugins.push.gateways.outcomes import Outcome, failed, later

#: Nothing of the request can have reached the provider.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Rejected(Exception):
    """The provider does not accept the credentials."""


class Unreachable(Exception):
    """The provider could not be asked for a token; the pushes have not left."""

    def __init__(self, reason: str, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


def of_network(error: httpx.HTTPError) -> Outcome:
    """A request that may have arrived is not sent again: nobody gets a message twice."""
    if isinstance(error, NOT_SENT):
        return later("ConnectionError")
    return failed("NoAnswer")
