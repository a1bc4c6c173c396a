"""What the road in and the reading side must know of an application; immutable, cheap to pass around."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ApplicationInfo:
    id: str  # 24 hexadecimal digits
    key: str
    name: str = ""
    country: str = ""  # ISO 3166 alpha-2
    timezone: str = "UTC"  # IANA name
    type: str = "mobile"
    salt: str = ""
    paused: bool = False
    locked: bool = False
    redirect_url: str = ""
    last_data: int = 0  # unix seconds of the last day with data
    generation: int = 0  # grows when the application's data is cleared; caches keyed by it forget at once
    #: The first day (20250312) from which on all users are in sketches; 0: from the beginning. None: from no day on.
    unique_since: int | None = None
    image: int = 0  # unix seconds of the last change where there is a picture, for its address; 0: there is none
    overrides: dict[str, Any] = field(default_factory=dict)  # `apps.plugins`: namespace -> values of this application


def from_document(document: dict[str, Any]) -> ApplicationInfo:
    """Reads a document of `apps`; the legacy `checksum_salt` counts when there is no `salt`."""
    plugins, unique_since = document.get("plugins"), document.get("unique_since")
    return ApplicationInfo(
        id=str(document["_id"]),
        key=str(document.get("key") or ""),
        name=str(document.get("name") or ""),
        country=str(document.get("country") or ""),
        timezone=str(document.get("timezone") or "UTC"),
        type=str(document.get("type") or "mobile"),
        salt=str(document.get("salt") or document.get("checksum_salt") or ""),
        paused=bool(document.get("paused")),
        locked=bool(document.get("locked")),
        redirect_url=str(document.get("redirect_url") or ""),
        last_data=int(document.get("last_data") or 0),
        generation=int(document.get("generation") or 0),
        unique_since=None if unique_since is None else int(unique_since),
        image=int(document.get("edited_at") or 1) if document.get("has_image") else 0,
        overrides=plugins if isinstance(plugins, dict) else {},
    )
