"""What people did to the server and its data, told to whoever keeps a log of it."""

import logging
from collections.abc import Mapping
from typing import Any

from django.dispatch import Signal

logger = logging.getLogger(__name__)

#: Arguments: `action` (text), `data` (mapping), `member` (Member or None), `application_id` (or ""), `address` (of the
#: client, or ""). Sent after the action succeeded. A receiver that raises is logged and disturbs nobody.
action_recorded = Signal()

#: Never part of `data`, at any depth; the log shows that they were there.
SECRET_FIELDS = frozenset(
    {"password", "api_key", "secret", "secret_token", "two_factor_auth", "password_history", "old_pwd", "new_pwd"}
)


def record(
    action: str, data: Mapping[str, Any], *, member: Any = None, application_id: str = "", address: str = ""
) -> None:
    """Names of actions and shapes of data are the protocol's: reference of the audit log. When `data` has `before` and
    `update`, the log keeps only what differs."""
    outcomes = action_recorded.send_robust(
        sender=None,
        action=action,
        data=_without_secrets(data),
        member=member,
        application_id=application_id,
        address=address,
    )
    for receiver, outcome in outcomes:
        if isinstance(outcome, Exception):
            logger.error("receiver %s of action_recorded failed", receiver, exc_info=outcome)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: True if name in SECRET_FIELDS else _without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(inner) for inner in value]
    return value
