"""Tracked applications, stored in `apps` exactly as Countly stores them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.stored_model import StoredModel, StoredValueField


class Application(StoredModel):
    """Created by `lifecycle.create_application`, which also makes what the application needs."""

    name = models.CharField(_("name"), max_length=200)
    key = models.CharField(_("app key"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2)  # ISO 3166 alpha-2
    timezone = models.CharField(_("time zone"), max_length=64)  # IANA name
    category = models.CharField(_("category"), max_length=4)  # "1" to "20"
    type = models.CharField(_("type"), max_length=20)
    created_at = models.BigIntegerField(default=0)  # unix seconds
    edited_at = models.BigIntegerField(default=0)  # unix seconds
    owner = models.CharField(max_length=24, blank=True, default="")  # id of the member
    seq = models.BigIntegerField(default=0, editable=False)  # the last number given to a user; the flush reserves more
    has_image = models.BooleanField(default=False, editable=False)

    # Absent from the document unless set.
    salt = models.CharField(_("salt"), max_length=200, null=True, blank=True)  # noqa: DJ001  absent is not ""
    checksum_salt = models.CharField(max_length=200, null=True, editable=False)  # noqa: DJ001  the older name of `salt`
    redirect_url = models.CharField(_("redirect URL"), max_length=2000, null=True, blank=True)  # noqa: DJ001  absent is not ""
    app_domain = models.CharField(_("domain"), max_length=200, null=True, blank=True)  # noqa: DJ001  absent is not ""
    description = models.CharField(_("description"), max_length=2000, null=True, blank=True)  # noqa: DJ001  absent is not ""
    paused = models.BooleanField(_("paused"), null=True)
    locked = models.BooleanField(_("locked"), null=True)
    last_data = models.BigIntegerField(null=True, editable=False)  # unix seconds of the last day with data
    plugins = StoredValueField(null=True, editable=False)  # settings namespace -> values of this application only

    class Meta:
        db_table = "apps"
        verbose_name, verbose_name_plural = _("application"), _("applications")

    def __str__(self) -> str:
        return self.name or str(self.pk)
