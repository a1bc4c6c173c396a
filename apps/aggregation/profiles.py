"""A user's profile while a batch is counted, and the bookkeeping that every request leaves on it."""

from datetime import UTC, datetime
from typing import Any

from apps.aggregation.duplicates import memory_with
from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import integer_of, is_truthy, stored_integer, text_of

LONGEST_STORED_REQUEST = 1024  # of the texts kept for diagnosis
LONGEST_STORED_TEXT = 256
COUNTED_REQUESTS = 100
MISSING = object()

Snapshot = tuple[bool, dict[str, Any], IngestRequest | None]


class Profile:
    """`fields` is the profile as it will be, `loaded` what the database has; a profile may be neither, or removed.

    Nested values are replaced, never changed in place: `loaded` and snapshots share them.
    """

    __slots__ = ("application_id", "exists", "fields", "has_news", "id", "last_request", "loaded")

    def __init__(self, application_id: str, profile_id: str, loaded: dict[str, Any] | None) -> None:
        self.application_id = application_id
        self.id = profile_id
        self.loaded = loaded
        self.exists = loaded is not None
        self.fields: dict[str, Any] = dict(loaded) if loaded is not None else {}
        self.has_news = False  # whether the request at hand said something about the user
        self.last_request: IngestRequest | None = None  # whose texts are written with the profile

    def set(self, field: str, value: Any) -> None:
        self.fields[field] = value
        self.has_news = True

    def set_if_new(self, field: str, value: Any) -> None:
        if self.fields.get(field, MISSING) != value:
            self.fields[field] = value
            self.has_news = True

    def add(self, field: str, amount: int) -> None:
        self.set(field, (stored_integer(self.fields.get(field)) or 0) + amount)

    def number(self, field: str) -> int | None:
        return stored_integer(self.fields.get(field))

    def remove(self) -> None:
        self.exists, self.fields, self.last_request = False, {}, None

    def settle(self) -> None:
        """Puts the texts of the last request into the fields: once per batch is enough."""
        if self.last_request is not None:
            self.fields["last_req_get"], self.fields["last_req_post"] = request_texts(self.last_request)
            self.last_request = None

    def snapshot(self) -> Snapshot:
        return self.exists, dict(self.fields), self.last_request

    def restore(self, snapshot: Snapshot) -> None:
        self.exists, self.fields, self.last_request = snapshot


def create_profile(profile: Profile, request: IngestRequest, uid: str) -> None:
    first_get, first_post = request_texts(request)
    profile.exists = True
    profile.fields = {
        "uid": uid,
        "did": request.record.device_id,
        "first_req_get": first_get,
        "first_req_post": first_post,
    }


def count_events(profile: Profile, number: int) -> None:
    count_in_session(profile, "events", number)


def count_in_session(profile: Profile, name: str, number: int) -> None:
    """Adds to the scratch counters of the current session: `events`, `views`, `crashes`."""
    data = profile.fields.get("data")
    data = dict(data) if isinstance(data, dict) else {}
    data[name] = (stored_integer(data.get(name)) or 0) + number
    profile.set("data", data)


def keep_books(profile: Profile, request: IngestRequest, *, remember: bool) -> None:
    """Runs last. Everything but the memory of duplicates is kept only for requests that said something of the user."""
    fields = profile.fields
    if remember:
        fields["req_hashes"] = memory_with(fields.get("req_hashes"), request.fingerprint)
    if not profile.has_news:
        return
    _keep_times(fields, request)
    _keep_identity(profile, request)
    if remember:
        fields["last_req"] = request.hash
        fields["req_count"] = min((stored_integer(fields.get("req_count")) or 0) + 1, COUNTED_REQUESTS)
        profile.last_request = request


def _keep_times(fields: dict[str, Any], request: IngestRequest) -> None:
    time_s = request.time_s
    if "fac" not in fields:
        first_session = stored_integer(fields.get("fs"))
        fields["fac"] = time_s if first_session is None else min(first_session, time_s)
        fields["first_sync"] = request.received_s
    last_activity = stored_integer(fields.get("lac"))
    if last_activity is None or time_s > last_activity:
        fields["lac"] = time_s
        fields["last_sync"] = request.received_s
        fields["lu"] = datetime.fromtimestamp(request.record.received_ms / 1000, UTC)


def _keep_identity(profile: Profile, request: IngestRequest) -> None:
    fields, parameters = profile.fields, request.parameters
    _keep_sdk(fields, parameters.get("sdk_name"), parameters.get("sdk_version"))
    if profile.id == request.user_id:  # not an id of before a merge: that one is no longer the user's
        if fields.get("did") != request.record.device_id:
            fields["did"] = request.record.device_id
        _keep_id_type(fields, parameters.get("t"))
    if "merges" in fields:
        fields["hasInfo"] = True
    zone = parameters.get("tz")
    if zone is not None and zone != fields.get("tz") and integer_of(zone) is not None:
        fields["tz"] = zone[:LONGEST_STORED_TEXT] if isinstance(zone, str) else integer_of(zone)


def _keep_id_type(fields: dict[str, Any], id_type: Any) -> None:
    if isinstance(id_type, str | int) and id_type != "" and not isinstance(id_type, bool):
        fields["t"] = id_type[:LONGEST_STORED_TEXT] if isinstance(id_type, str) else integer_of(id_type)
        if id_type in ("0", 0):
            fields["hasInfo"] = True


def _keep_sdk(fields: dict[str, Any], name: Any, version: Any) -> None:
    stored = fields.get("sdk")
    if isinstance(stored, dict) and stored == {"name": name, "version": version}:
        return
    told = {}
    if is_truthy(name):
        told["name"] = text_of(name)[:LONGEST_STORED_TEXT]
    if is_truthy(version):
        told["version"] = text_of(version)[:LONGEST_STORED_TEXT]
    if told and told != stored:
        fields["sdk"] = {**stored, **told} if isinstance(stored, dict) else told


def request_texts(request: IngestRequest) -> tuple[str, str]:
    """Address and body of a request as kept for diagnosis, cut to a bounded length."""
    record = request.record
    query = record.query[:LONGEST_STORED_REQUEST].decode(errors="replace")
    path = "/o/sdk" if record.is_fetch else "/i"
    return f"{path}?{query}" if query else path, record.body[:LONGEST_STORED_REQUEST].decode(errors="replace")
