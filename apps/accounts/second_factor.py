"""The second factor: six digits from an authenticator, or one of ten codes for the day when it is lost.

Kept in the member's `two_factor_auth`. The secret is encrypted with a key made of SECRET_KEY, recovery codes are
hashed. Every use is checked and marked in one update, so no code serves twice.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from apps.accounts import failed_logins, sessions
from apps.accounts.models import Member
from apps.core import clock, mongo
from apps.plugin_api import configuration, states

PLUGIN = "two-factor-auth"  # as which it is switched on and off
NAMESPACE = "two-factor-auth"
ISSUER = "Tally"
PERIOD_SECONDS = 30
LATE_PERIODS = (-1, 0, 1)  # clocks of telephones are off a little
MIN_SECRET_LENGTH, MAX_SECRET_LENGTH = 16, 128  # of base32: 80 bits at least
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
RECOVERY_LENGTH = 12

FIELD = "two_factor_auth"


class Banned(Exception):
    """Too many wrong codes; this one was not looked at."""


def is_on() -> bool:
    """Also asked where the plugin is not installed: then nobody has switched it on."""
    return configuration.read(states.NAMESPACE).get(PLUGIN) is True


def is_asked_of_everybody() -> bool:
    return is_on() and configuration.read(NAMESPACE).get("globally_enabled") is True


def is_enabled(member: Member) -> bool:
    """Whether the member has set it up, and it is on."""
    return is_on() and _settings(member).get("enabled") is True


def must_set_up(member: Member) -> bool:
    return is_asked_of_everybody() and not is_enabled(member)


def new_secret() -> str:
    return pyotp.random_base32()


def qr_code(member: Member, secret: str) -> str:
    """What an authenticator reads, as the address of an image."""
    address = pyotp.TOTP(secret).provisioning_uri(name=member.username or member.email, issuer_name=ISSUER)
    code: str = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    return code


def enable(member: Member, secret: str, code: str) -> bool:
    """False when the code does not belong to the secret. Recovery codes of an earlier secret go, and sessions end: who
    began them did not need the code."""
    step = _step_of(secret, code) if MIN_SECRET_LENGTH <= len(secret) <= MAX_SECRET_LENGTH else None
    if step is None:
        return False
    stored = {"enabled": True, "secret_token": encrypt(secret), "last_step": step}
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {FIELD: stored}})
    sessions.end_all(member)
    return True


def disable(member: Member) -> None:
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {FIELD: {"enabled": False}}})
    sessions.end_all(member)
    failed_logins.forget(_counted_as(member), failed_logins.CODE)


def accept(member: Member, code: str) -> bool:
    """Whether the code of a member who has it enabled is right; then it is used up. Wrong ones are counted and lead to
    a ban, as wrong passwords do. Raises Banned."""
    if not failed_logins.count_attempt(_counted_as(member), failed_logins.CODE):
        raise Banned
    typed = "".join(code.split()).replace("-", "").lower()
    is_right = _use_step(member, typed) or _use_recovery_code(member, typed)
    if is_right:
        failed_logins.forget(_counted_as(member), failed_logins.CODE)
    return is_right


def new_recovery_codes(member: Member) -> list[str]:
    """Shown once; earlier ones stop working."""
    codes = ["".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    hashed = {f"{FIELD}.recovery_codes": [_hashed(member, code) for code in codes]}
    mongo.collection("members").update_one({"_id": member.pk, f"{FIELD}.enabled": True}, {"$set": hashed})
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def recovery_codes_left(member: Member) -> int:
    return len(_settings(member).get("recovery_codes") or [])


def encrypt(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode()


def decrypt(stored: Any) -> str | None:
    """None for what another server or another SECRET_KEY has written."""
    try:
        return _cipher().decrypt(str(stored).encode()).decode()
    except InvalidToken:
        return None


def _use_step(member: Member, code: str) -> bool:
    secret = decrypt(_settings(member).get("secret_token"))
    step = _step_of(secret, code) if secret else None
    if step is None:
        return False
    newer = {"_id": member.pk, f"{FIELD}.enabled": True, f"{FIELD}.last_step": {"$not": {"$gte": step}}}
    return mongo.collection("members").update_one(newer, {"$set": {f"{FIELD}.last_step": step}}).modified_count == 1


def _use_recovery_code(member: Member, code: str) -> bool:
    if len(code) != RECOVERY_LENGTH:
        return False
    field, hashed = f"{FIELD}.recovery_codes", _hashed(member, code)
    found = {"_id": member.pk, f"{FIELD}.enabled": True, field: hashed}
    return mongo.collection("members").update_one(found, {"$pull": {field: hashed}}).modified_count == 1


def _step_of(secret: str, code: str) -> int | None:
    """Which period the code is of, counted from 1970; None when it is of none around now."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    now = clock.now_s() // PERIOD_SECONDS
    steps = [now + late for late in LATE_PERIODS]
    try:
        generator = pyotp.TOTP(secret)
        matching = [step for step in steps if hmac.compare_digest(generator.generate_otp(step), code)]
    except ValueError:  # the secret is no base32 text
        return None
    return matching[-1] if matching else None


def _settings(member: Member) -> dict[str, Any]:
    document = mongo.collection("members").find_one({"_id": member.pk}, {FIELD: 1}) or {}
    found = document.get(FIELD)
    return found if isinstance(found, dict) else {}


def _counted_as(member: Member) -> str:
    return member.username or member.email


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(b"secret")))


def _hashed(member: Member, code: str) -> str:
    return hmac.new(_key(b"recovery"), f"{member.pk}:{code}".encode(), hashlib.sha256).hexdigest()


def _key(purpose: bytes) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"two-factor-auth:" + purpose, hashlib.sha256).digest()
