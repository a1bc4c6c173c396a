"""What people did to the server and its data, told to whoever keeps a log of it."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import Signal

from apps.core.texts import Text
from apps.plugin_api.registry import Registry
from apps.plugin_api.signals import tell

#: Action -> what people read in its place (translatable). Actions that are not here are shown by their name.
ACTIONS: Registry[Text] = Registry("audited action")

#: Arguments: `action` (text), `data` (mapping), `member` (Member or None), `application_id` (or ""), `address` (of the
#: client, or ""). Sent after the action succeeded. A receiver that raises is logged and disturbs nobody.
action_recorded = Signal()

#: Never part of `data`, at any depth; the log shows that they were there.
SECRET_FIELDS = frozenset(
    {
        *("password", "again", "old_pwd", "new_pwd", "password_history", "two_factor_auth", "api_key", "auth_token"),
        *("salt", "checksum_salt"),  # of applications: whoever knows it signs requests
        *("secret", "secret_token", "cert", "serviceAccountFile", "passphrase", "sealed"),  # of services outside
    }
)


def record(
    action: str, data: Mapping[str, Any], *, member: Any = None, application_id: str = "", address: str = ""
) -> None:
    """Names of actions and shapes of data are the protocol's: reference of the audit log. When `data` has `before` and
    `update`, the log keeps only what differs."""
    tell(
        action_recorded,
        action=action,
        data=_told(data),
        member=member,
        application_id=application_id,
        address=address,
    )


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without secrets. One that changed is missing in `before`, so that it is still seen to have changed."""
    told: dict[str, Any] = _without_secrets(data)
    before, update = data.get("before"), data.get("update")
    if isinstance(before, Mapping) and isinstance(update, Mapping):
        for name in SECRET_FIELDS & before.keys() & update.keys():
            if before[name] != update[name] and before[name]:
                del told["before"][name]
    return told


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: True if name in SECRET_FIELDS and inner else _without_secrets(inner) for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(inner) for inner in value]
    return value
