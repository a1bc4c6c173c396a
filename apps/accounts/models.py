"""Dashboard accounts, stored in `members` exactly as Countly stores them."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django_mongodb_backend.fields import ArrayField


def empty_permission() -> dict[str, object]:
    return {"c": {}, "r": {}, "u": {}, "d": {}, "_": {"a": [], "u": [[]]}}


class Member(AbstractBaseUser):
    full_name = models.CharField(max_length=200)
    username = models.CharField(max_length=200, unique=True)
    email = models.CharField(max_length=254, unique=True)
    api_key = models.CharField(max_length=64, unique=True)
    global_admin = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    permission = models.JSONField(default=empty_permission, blank=True)
    lang = models.CharField(max_length=10, default="en")
    created_at = models.IntegerField(default=0)
    last_login = models.IntegerField(null=True, blank=True)
    password_changed = models.IntegerField(default=0)
    appSortList = ArrayField(models.CharField(max_length=24), null=True, blank=True)  # noqa: N815  stored name

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        db_table = "members"
