"""Passwords as Countly stores them: a bare argon2id string over the password and the installation's secret."""

import hmac
import re
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.core.exceptions import ValidationError

from apps.plugin_api import configuration

MAX_LENGTH = 1_000
_hasher = PasswordHasher()
_older_digests = {40: "sha1", 128: "sha512"}  # hexadecimal digits -> digest of an HMAC with an empty key


@dataclass(frozen=True, slots=True)
class Verdict:
    is_right: bool
    is_outdated: bool = False  # right, and stored in a weaker form than `encode` makes


def encode(password: str) -> str:
    return _hasher.hash(_salted(password))


def verify(password: str, stored: str | None) -> Verdict:
    """Takes about the same time for a right and a wrong password, and when nothing usable is stored."""
    if len(password) > MAX_LENGTH:
        password = ""  # no password that anybody could have set
    digest = _older_digests.get(len(stored or "")) if re.fullmatch(r"[0-9a-f]+", stored or "") else None
    if digest and stored:
        found = hmac.new(b"", _salted(password), digest).hexdigest()
        is_right = hmac.compare_digest(found, stored)
        _spend_time(password)
        return Verdict(is_right, is_outdated=is_right)
    if not (stored or "").startswith("$argon2"):
        _spend_time(password)
        return Verdict(False)
    try:
        _hasher.verify(stored or "", _salted(password))
    except (VerificationError, InvalidHashError):
        return Verdict(False)
    return Verdict(True, is_outdated=_hasher.check_needs_rehash(stored or ""))


def policy_errors(password: str) -> list[str]:
    """What the settings `security.password_*` miss in a new password, as sentences; empty when it may be used."""
    policy = configuration.read("security")
    rules = [
        (len(password) >= policy["password_min"], f"It needs at least {policy['password_min']} characters."),
        (len(password) <= MAX_LENGTH, f"It may have at most {MAX_LENGTH} characters."),
        (not policy["password_char"] or re.search(r"[A-Z]", password), "It needs an upper-case letter."),
        (not policy["password_number"] or re.search(r"[0-9]", password), "It needs a digit."),
        (not policy["password_symbol"] or re.search(r"[^A-Za-z0-9]", password), "It needs a symbol."),
    ]
    return [sentence for is_met, sentence in rules if not is_met]


def policy_text() -> str:
    """The policy as one sentence, for people who choose a password."""
    policy = configuration.read("security")
    kinds = {"password_char": "an upper-case letter", "password_number": "a digit", "password_symbol": "a symbol"}
    asked = [text for name, text in kinds.items() if policy[name]]
    listed = f", with {' and '.join(filter(None, [', '.join(asked[:-1]), asked[-1]]))}" if asked else ""
    return f"At least {policy['password_min']} characters{listed}."


class PolicyValidator:
    """The policy for Django's own password forms."""

    def validate(self, password: str, user: object = None) -> None:
        errors = policy_errors(password)
        if errors:
            raise ValidationError(errors)

    def get_help_text(self) -> str:
        return policy_text()


def _salted(password: str) -> bytes:
    return (password + settings.PASSWORD_SECRET).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("")


def _spend_time(password: str) -> None:
    """As long as a real check takes, so that the time of an answer does not tell whether an account exists."""
    try:
        _hasher.verify(_nobodys_hash(), b"x" + _salted(password))
    except VerificationError:
        return
