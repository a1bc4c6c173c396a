"""What SDKs fetch: `/o/sdk?method=<name>`. A plugin registers its methods from `AppConfig.ready`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class FetchingUser:
    """Who asks, and from where. Everything but the profile is only what the client claims."""

    user_id: str  # `_id` of the profile; of the user in whom this one went up, where there was a merge
    device_id: str
    profile: Mapping[str, Any]  # as stored; empty for a user whom nobody has seen before
    #: Fields of a profile, as a profile has them, that this request's `metrics` tell: {"p": "iOS"}.
    told: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""  # of the client
    user_agent: str = ""
    received_ms: int = 0


@dataclass(frozen=True, slots=True)
class SdkMethod:
    """`answer(application, parameters, user)`: the data that is sent as JSON.

    The application's key and the checksum of the request have been checked. Called in a thread, for every start of
    every device: one or two indexed reads are fine, more are not. It may raise `apps.core.api_view.Refusal`.
    """

    answer: Callable[[Any, Mapping[str, Any], FetchingUser], Any]
    is_escaped: bool = True  # texts in the answer, for HTML; clients of remote configuration know theirs unescaped


SDK_METHODS: Registry[SdkMethod] = Registry("method of /o/sdk")
