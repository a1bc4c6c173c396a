"""Passwords as Countly stores them: a bare argon2id string over the password and the installation's secret."""

import hmac
import re
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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


def is_used(password: str, current: str | None, history: object) -> bool:
    """Whether the password is the present one or one of the last ones, whose hashes are in `history`."""
    kept = [stored for stored in history if isinstance(stored, str)] if isinstance(history, list) else []
    rotation = configuration.read("security")["password_rotation"]
    return any(verify(password, stored).is_right for stored in (current, *(kept[-rotation:] if rotation > 0 else [])))


def remembered(history: object, replaced: str) -> list[str] | None:
    """The history after a password was replaced: as many as the settings ask for."""
    rotation = configuration.read("security")["password_rotation"]
    kept = [stored for stored in history if isinstance(stored, str)] if isinstance(history, list) else []
    return [*kept, replaced][-rotation:] if rotation > 0 else None


def policy_key(password: str) -> str:
    """The first rule that a new password breaks, as front ends of the protocol name it; empty when it may be used."""
    return next((key for is_met, key, _ in _rules(password) if not is_met), "")


def policy_errors(password: str) -> list[str]:
    """What the settings `security.password_*` miss in a new password, as sentences; empty when it may be used."""
    return [sentence for is_met, _, sentence in _rules(password) if not is_met]


def _rules(password: str) -> list[tuple[bool, str, str]]:
    """Whether it is met, key, sentence."""
    policy, key = configuration.read("security"), "management-users.password"

    def has(setting: str, pattern: str) -> bool:
        return not policy[setting] or bool(re.search(pattern, password))

    shortest = policy["password_min"]
    return [
        (
            len(password) >= shortest,
            f"{key}.length",
            _("It needs at least %(number)s characters.") % {"number": shortest},
        ),
        (
            len(password) <= MAX_LENGTH,
            f"{key}.length",
            _("It may have at most %(number)s characters.") % {"number": MAX_LENGTH},
        ),
        (not _is_common(password), f"{key}.common", _("Many people use this password. Choose another one.")),
        (has("password_char", "[A-Z]"), f"{key}.has-char", _("It needs an upper-case letter.")),
        (has("password_number", "[0-9]"), f"{key}.has-number", _("It needs a digit.")),
        (has("password_symbol", "[^A-Za-z0-9]"), f"{key}.has-special", _("It needs a symbol.")),
    ]


def _is_common(password: str) -> bool:
    """Whether it is one of the 20,000 most used passwords, in whatever case. The list is read anew each time: it is
    seldom needed, and would take megabytes for good."""
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False


def policy_text() -> str:
    """The policy as one sentence, for people who choose a password."""
    policy = configuration.read("security")
    kinds = {
        "password_char": _("an upper-case letter"),
        "password_number": _("a digit"),
        "password_symbol": _("a symbol"),
    }
    asked = [text for name, text in kinds.items() if policy[name]]
    if not asked:
        return _("At least %(number)s characters.") % {"number": policy["password_min"]}
    from apps.core import locales  # slow import: babel

    values = {"number": policy["password_min"], "kinds": locales.listed(asked)}
    return _("At least %(number)s characters, with %(kinds)s.") % values


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
