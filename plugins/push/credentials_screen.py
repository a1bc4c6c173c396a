"""The form for an application's credentials with the providers, its rate and its testers."""

import base64
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import is_app_admin
from apps.applications import lifecycle, lookup
from apps.applications.models import Application
from apps.applications.own_settings import InvalidSettings
from apps.core.api_view import Refusal
from apps.plugin_api import audit, configuration
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part, Problem
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.push import credentials
from plugins.push.platforms import TITLES

TYPES = {
    "apn_token": gettext_lazy("Key (P8)"),
    "apn_universal": gettext_lazy("Certificate (P12)"),
    "fcm": gettext_lazy("Service account"),
    "hms": gettext_lazy("App id and secret"),
}
TEXTS = ("keyid", "team", "bundle", "app", "secret")
SHOWN_AGAIN = ("keyid", "team", "bundle", "app")
PROBLEM = "credentials_problem"  # on the request: why what was sent was not stored
FILES = ("key", "cert", "serviceAccountFile")


def _may(visit: Visit) -> bool:
    return is_app_admin(visit.member, visit.application.id)


def build(visit: Visit) -> list[Part]:
    back = reverse("push", args=[visit.application.id])
    if not _may(visit):
        text = _("Administrators of the application set them up.")
        return [Problem(id="not-allowed", title=_("Credentials are for administrators"), text=text)]
    configured = credentials.configured(visit.application.id)
    forms = [
        Block(
            id=f"credentials-{platform}",
            file="push/credentials.html",
            values={
                "platform": platform,
                "name": TITLES[platform],
                "types": [{"key": one, "title": TYPES[one]} for one in types],
                "stored": _shown(configured.get(platform)),
                "typed": _typed(visit, platform),
            },
            width="half",
        )
        for platform, types in credentials.TYPES.items()
    ]
    own = configuration.read("push", visit.application)
    values = {"rate": own["rate"], "test": own["test"], "back": back}
    return [*forms, Block(id="limits", file="push/limits.html", values=values, width="half")]


def _shown(stored: dict[str, Any] | None) -> list[dict[str, Any]]:
    if stored is None:
        return []
    names = {"type": _("Kind"), "bundle": _("Bundle"), "keyid": _("Key id"), "team": _("Team id"), "app": _("App id")}
    names |= {
        "project": _("Project"),
        "client_email": _("Account"),
        "notAfter": _("Valid until"),
        "hash": _("Checksum"),
    }
    shown = {**stored, "type": str(TYPES.get(str(stored.get("type")), stored.get("type")))}
    return [{"name": title, "value": shown[name]} for name, title in names.items() if shown.get(name)]


def _save(visit: Visit) -> Done | None:
    try:
        return _saved(visit)
    except Refusal as refusal:
        setattr(visit.request, PROBLEM, refusal.message)
        return None


def _typed(visit: Visit, platform: str) -> dict[str, Any]:
    """What was sent for the platform and is wrong, to be mended; secrets and files are asked for once more."""
    problem = getattr(visit.request, PROBLEM, "")
    sent = visit.request.POST
    if not problem or sent.get("platform") != platform:
        return {}
    return {"problem": problem, "type": sent.get("type", ""), **{name: sent.get(name, "") for name in SHOWN_AGAIN}}


def _saved(visit: Visit) -> Done:
    sent, files = visit.request.POST, visit.request.FILES
    platform = sent.get("platform", "")
    if platform not in credentials.TYPES:
        raise Refusal(400, _("There is no such platform."))
    values: dict[str, Any] = {name: sent[name].strip() for name in TEXTS if sent.get(name)}
    values["type"] = sent.get("type", "")
    for name in FILES:
        if (file := files.get(name)) is not None:
            if (file.size or 0) > credentials.LARGEST_FILE_BYTES:
                raise Refusal(400, _("The file is too large."))
            values[name] = f"base64,{base64.b64encode(file.read()).decode()}"
    _change(visit, {platform: values})
    return Done(_("The provider has accepted the credentials."))


def _remove(visit: Visit) -> Done:
    platform = visit.request.POST.get("platform", "")
    if platform in credentials.TYPES:
        _change(visit, {platform: None})
    return Done(_("The credentials were removed."))


def _limit(visit: Visit) -> Done:
    sent = visit.request.POST
    rate = {"rate": sent.get("rate", "").strip(), "period": sent.get("period", "").strip()}
    _change(visit, {"rate": rate, "test": {"uids": sent.get("uids", "").strip(), "cohorts": ""}})
    return Done(_("Saved."))


def _change(visit: Visit, values: dict[str, Any]) -> None:
    application = Application.objects.get(pk=visit.application.id)
    before = visit.application.overrides.get("push")
    try:
        stored = credentials.change(visit.application.id, values)
    except InvalidSettings as error:
        raise Refusal(400, str(error)) from error
    lifecycle.change_settings(application, {"push": stored})
    lookup.forget_all()
    about = {"_id": visit.application.id, "before": {"push": before}, "update": {"push": stored}}
    audit.record("plugin_push_config_updated", about, member=visit.member, application_id=visit.application.id)


CREDENTIALS = Screen(
    name="push_credentials",
    route="applications/<str:application_id>/push/credentials",
    title=gettext_lazy("Push credentials"),
    entry="push",
    feature="push",
    has_period=False,
    shows_without_data=True,
    build=build,
    post=post_of(
        {"save": FormAction(_may, _save), "remove": FormAction(_may, _remove), "limit": FormAction(_may, _limit)}
    ),
)
