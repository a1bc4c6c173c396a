"""One request to the read API after its checks: who asks, about which application, with which parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from apps.accounts.models import Member
from apps.analytics import periods
from apps.analytics.periods import Bucket, Period
from apps.analytics.uniques import UniqueUsers, unique_users, unique_users_before
from apps.applications.info import ApplicationInfo
from apps.core.api_view import Refusal


class ReadError(Refusal):
    """What the question asks for cannot be answered."""


@dataclass(frozen=True, slots=True)
class Reading:
    parameters: Mapping[str, Any]
    application: ApplicationInfo
    settings: Mapping[str, Any]  # of the namespace `api`, as they hold for the application
    now_ms: int
    member: Member | None = None  # who asks, through the API
    #: What the answer is made of, and what that is compared with, for its headers.
    unique_users: list[UniqueUsers] = field(default_factory=list)
    unique_users_before: list[UniqueUsers] = field(default_factory=list)

    @property
    def wants_exact_users(self) -> bool:
        return self.text("uniques") == "exact"

    def exact_users(self, period: Period, dimension: str) -> UniqueUsers | None:
        """None unless they are asked for and known. The answer's headers tell which of both."""
        if not self.wants_exact_users:
            return None
        found = unique_users(self.application, period, dimension)
        self.unique_users.append(found)
        return found if found.is_exact else None

    def exact_users_before(self, period: Period) -> UniqueUsers | None:
        """The same of the period before, for who compares with it. Ask for those of `period` first."""
        found = unique_users_before(self.application, period)
        self.unique_users_before.append(found)
        return found if found.is_exact else None

    @property
    def headers(self) -> dict[str, str]:
        if not self.unique_users:
            return {}
        since = self.unique_users[0].since
        headers = {
            "X-Unique-Users": _kind_of(self.unique_users),
            "X-Unique-Users-Since": since.isoformat() if since else "",
        }
        if self.unique_users_before:
            headers["X-Unique-Users-Before"] = _kind_of(self.unique_users_before)
        return headers

    def text(self, name: str) -> str:
        """A parameter as text; "" when it is missing or neither text nor number."""
        return as_text(self.parameters.get(name))

    def json(self, name: str) -> Any:
        """A parameter that carries JSON, as text or already read; None when it is missing or unreadable."""
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return None

    def has(self, name: str) -> bool:
        return bool(self.parameters.get(name))

    def period(self, *, with_bucket: bool = False) -> Period:
        value = periods.parse(self.parameters.get("period"))
        return self.resolve(value or periods.DEFAULT_PERIOD, self._bucket() if with_bucket else "")

    def resolve(self, value: object, bucket: Bucket = "") -> Period:
        return periods.resolve(value, zone=self.application.timezone, now_ms=self.now_ms, bucket=bucket)

    def day_to_refresh(self) -> datetime:
        """The day of the parameter `timestamp` (seconds or milliseconds), or today, in the application's zone."""
        zone: ZoneInfo = self.resolve("hour").zone
        digits = self.text("timestamp")[:13]
        moment_ms = self.now_ms
        if digits.isascii() and digits.isdigit():
            moment_ms = int(digits) * (1000 if len(digits) <= 10 else 1)
        return datetime.fromtimestamp(moment_ms / 1000, zone)

    def _bucket(self) -> Bucket:
        bucket = self.text("bucket")
        return "daily" if bucket == "daily" else "monthly" if bucket == "monthly" else ""


def _kind_of(numbers: list[UniqueUsers]) -> str:
    return "exact" if all(found.is_exact for found in numbers) else "estimate"


def as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
