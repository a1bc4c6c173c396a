"""The screens "Features" and "Settings", for global administrators."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.plugin_api import configuration, loader, states
from apps.plugin_api.menu import MENU, MenuEntry, global_admins
from apps.plugin_api.places import PLACES, Place, Places
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part, Switch
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from apps.switchboard import plugins, settings
from apps.switchboard.fields import SettingField, Unreadable, field_of, value_from

ON, OFF = "on", "off"
FEATURE_STATES = {"": gettext_lazy("All"), ON: gettext_lazy("On"), OFF: gettext_lazy("Off")}


def _may(visit: Visit) -> bool:
    return global_admins(visit.member)


# Features ------------------------------------------------------------------------------------------------------------


def features(visit: Visit) -> list[Part]:
    started = loader.started()
    rows = [
        {
            "name": name,
            "title": config.title,
            "description": config.description,
            "version": config.version,
            "is_wanted": states.is_wanted(name),
            "missing": [started[parent].title for parent in config.requires if not states.is_on(parent)],
        }
        for name, config in sorted(started.items(), key=lambda item: str(item[1].title).casefold())
    ]
    state = Switch(id="state", title=_("State"), parameter="state", options=FEATURE_STATES)
    shown = [row for row in rows if not (wanted := state.chosen(visit)) or (wanted == ON) is row["is_wanted"]]
    values = {"rows": shown, "problems": [] if state.chosen(visit) == ON else loader.problems()}
    return [state, Block(id="features", file="switchboard/features.html", values=values)]


def switch(visit: Visit) -> Done:
    name, on = visit.request.POST.get("name", ""), visit.request.POST.get("on") == "1"
    try:
        plugins.switch({name: on}, member=visit.member)
    except plugins.UnknownPlugin as error:
        raise Refusal(404, _("There is no such feature.")) from error
    title = loader.started()[name].title
    return Done((_("%s is on.") if on else _("%s is off.")) % title)


# Settings ------------------------------------------------------------------------------------------------------------


def shown_settings(visit: Visit) -> list[Part]:
    wanted = visit.address.get("search").strip().casefold()
    only_different = visit.address.get("different") == "1"
    groups = []
    for name, about in settings.visible().items():
        fields = [
            field
            for field in fields_of(name)
            if _matches(field, f"{name} {about.title}", wanted) and (field.differs or not only_different)
        ]
        if fields:
            groups.append(
                {
                    "name": name,
                    "title": about.title or _title(name),
                    "fields": fields,
                    "keeps": any(field.is_kept_only for field in fields),
                }
            )
    values = {"groups": groups, "search": visit.address.get("search"), "only_different": only_different}
    return [Block(id="settings", file="switchboard/settings.html", values=values)]


def fields_of(namespace: str) -> list[SettingField]:
    described = configuration.namespaces()[namespace].described
    defaults = configuration.defaults(namespace)
    return [
        field_of(name, value, defaults.get(name), described.get(name))
        for name, value in configuration.read(namespace).items()
        if name != configuration.MEMBER_KEYS
    ]


def _title(namespace: str) -> str:
    plugin = loader.started().get(namespace)
    return str(plugin.title) if plugin else namespace.replace("-", " ").replace("_", " ").capitalize()


def _matches(field: SettingField, group: str, wanted: str) -> bool:
    return wanted in f"{group} {field.name} {field.title} {field.help}".casefold()


def places(member: Any, application: Any) -> Iterator[Place]:
    """Every setting that does something, for who may change them."""
    if not global_admins(member):
        return
    screen = reverse("settings")
    for name, about in settings.visible().items():
        group = str(about.title or _title(name))
        for field in fields_of(name):
            if not field.is_kept_only:
                yield Place(str(field.title), f"{screen}#{name}-{field.name}", "settings", group)


def save(visit: Visit) -> Done:
    """Only fields that the form held, as the search may have left out some, and of these only what differs."""
    sent: dict[str, Any] = visit.request.POST.dict()
    namespace = sent.get("namespace", "")
    if namespace not in settings.visible():
        raise Refusal(404, _("There are no such settings."))
    held = set(visit.request.POST.getlist("field"))
    try:
        changed = {
            field.name: value
            for field in fields_of(namespace)
            if field.name in held and (value := value_from(field, sent)) != field.value
        }
        if changed:
            settings.change(settings.checked({namespace: changed}), member=visit.member)
    except Unreadable as error:
        raise Refusal(400, _("This cannot be read: %s") % error) from error
    except settings.InvalidSettings as error:
        raise Refusal(400, _("This cannot be stored.")) from error
    return Done(_("Saved.") if changed else _("Nothing has changed."))


FEATURES = Screen(
    name="features",
    route="manage/features",
    title=gettext_lazy("Features"),
    hint=gettext_lazy("What is off is silent everywhere, within seconds; what it stored stays."),
    build=features,
    allowed=global_admins,
    has_period=False,
    post=post_of({"switch": FormAction(_may, switch)}),
)
SETTINGS = Screen(
    name="settings",
    route="manage/settings",
    title=gettext_lazy("Settings"),
    hint=gettext_lazy("Of the whole server. An application may have values of its own."),
    build=shown_settings,
    allowed=global_admins,
    has_period=False,
    post=post_of({"save": FormAction(_may, save)}),
)


def register() -> None:
    PLACES.register("setting", Places(gettext_lazy("Settings"), places, is_searched=True))
    MENU.register(
        "features",
        MenuEntry(
            gettext_lazy("Features"),
            "features",
            "manage",
            "plugins",
            60,
            shown_to=global_admins,
            original="#/manage/plugins",
        ),
    )
    MENU.register(
        "settings",
        MenuEntry(
            gettext_lazy("Settings"),
            "settings",
            "manage",
            "settings",
            70,
            shown_to=global_admins,
            original="#/manage/configurations",
        ),
    )
