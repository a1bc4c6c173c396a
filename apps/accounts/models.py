"""Dashboard accounts, stored in `members` exactly as Countly stores them."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.accounts import passwords, permissions
from apps.core import clock
from apps.core.stored_model import StoredModel, StoredValueField


class MemberManager(models.Manager["Member"]):
    def get_by_natural_key(self, username: str) -> "Member":
        return self.get(username=username)


class Member(StoredModel, AbstractBaseUser):
    """Created by `members.create_member`. Global administrators may use Django's admin."""

    full_name = models.CharField(_("full name"), max_length=200)
    username = models.CharField(_("user name"), max_length=200, unique=True)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)  # lower case
    password = models.CharField(max_length=256)  # see passwords.py
    api_key = models.CharField(_("API key"), max_length=64, unique=True)
    global_admin = models.BooleanField(_("global administrator"), default=False, null=True)
    locked = models.BooleanField(_("locked"), default=False)
    created_at = models.BigIntegerField(default=0)  # unix seconds
    password_changed = models.BigIntegerField(null=True, default=0)  # unix seconds; 0: somebody else chose the password

    # Absent from the document unless set.
    permission = StoredValueField(null=True, default=permissions.empty, editable=False)
    admin_of = StoredValueField(null=True, editable=False)  # ids; rights of older accounts that have no `permission`
    user_of = StoredValueField(null=True, editable=False)  # the same
    password_history = StoredValueField(null=True, editable=False)  # hashes of earlier passwords, the newest last
    lang = models.CharField(_("language"), max_length=10, null=True, blank=True)  # noqa: DJ001  absent is not ""
    last_login = models.BigIntegerField(null=True, editable=False)  # type: ignore[assignment]  # unix seconds, no date
    subscribe_newsletter = models.BooleanField(null=True, editable=False)
    member_image = models.CharField(max_length=200, null=True, editable=False)  # noqa: DJ001  absent is not ""
    app_sort_list = StoredValueField(null=True, editable=False, db_column="appSortList")
    restrict = StoredValueField(null=True, editable=False)  # addresses of hidden screens; see access.is_hidden
    app_restrict = StoredValueField(null=True, editable=False)  # the same by application id
    session_generation = models.IntegerField(null=True, editable=False)  # see sessions.end_all

    objects: ClassVar[MemberManager] = MemberManager()

    #: Whether the member is known by a token that serves at some addresses or for some applications only.
    has_limited_token = False

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        db_table = "members"
        verbose_name, verbose_name_plural = _("member"), _("members")

    def __str__(self) -> str:
        return self.username or self.email or str(self.pk)

    # What Django asks of its users ------------------------------------------------------------------------------

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a constant in the base class
        return not self.locked

    @property
    def is_staff(self) -> bool:
        return bool(self.global_admin)

    @property
    def is_superuser(self) -> bool:
        return bool(self.global_admin)

    def has_perm(self, permission: str, target: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser

    def get_session_auth_hash(self) -> str:
        """Sessions hold it: they end with the password, and when a new generation of them begins."""
        return self._hash_of_sessions(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_of_sessions(secret)

    def _hash_of_sessions(self, secret: str | bytes) -> str:
        """As Django has it while there was one generation only: nobody is logged out by an upgrade."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        value = self.password + (f":{self.session_generation}" if self.session_generation else "")
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.username

    def set_password(self, raw_password: str | None) -> None:
        if raw_password is None:
            raise ValueError("A member needs a password")
        if self.password:
            self.password_history = passwords.remembered(self.password_history, self.password)
        self.password = passwords.encode(raw_password)
        self.password_changed = clock.now_s()

    def check_password(self, raw_password: str | None) -> bool:
        return raw_password is not None and passwords.verify(raw_password, self.password).is_right
