"""Tracked applications, stored in `apps` exactly as Countly stores them."""

from django.db import models


class Application(models.Model):
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2, default="TR")
    timezone = models.CharField(max_length=64, default="Europe/Istanbul")
    category = models.CharField(max_length=4, default="6")
    type = models.CharField(max_length=20, default="mobile")
    salt = models.CharField(max_length=200, blank=True, default="")
    paused = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    created_at = models.IntegerField(default=0)
    edited_at = models.IntegerField(default=0)
    owner = models.CharField(max_length=24, blank=True, default="")
    seq = models.IntegerField(default=0)
    redirect_url = models.CharField(max_length=2000, blank=True, default="")
    last_data = models.IntegerField(null=True, blank=True)
    plugins = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "apps"
