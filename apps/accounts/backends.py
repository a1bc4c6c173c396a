"""Members for Django's sessions and admin."""

from typing import Any

from bson import ObjectId
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from apps.accounts import authentication
from apps.accounts.models import Member


class MemberBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Member | None:
        try:
            return authentication.verify(username or "", password or "")
        except authentication.Refused:
            return None

    def get_user(self, user_id: Any) -> Member | None:
        """Asked at every request of a session: a locked or deleted member is out at once."""
        if not ObjectId.is_valid(user_id):
            return None
        member = next(iter(Member.objects.filter(pk=ObjectId(user_id))[:1]), None)
        return member if member and member.is_active else None
