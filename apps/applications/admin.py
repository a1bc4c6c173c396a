from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.applications import data, lifecycle, places, removal, shown_applications
from apps.applications.admin_forms import ApplicationForm
from apps.applications.models import Application
from apps.core import locales
from apps.core.admin_parts import confirmed, copied_key, moment, yes_or_no
from apps.core.client_address import accountable_address
from apps.core.texts import Text
from apps.plugin_api import audit

DATA_NOTE = _("Pause it to refuse its requests; lock it to protect its data from being cleared or deleted.")


class CountryFilter(admin.SimpleListFilter):
    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = sorted({country for country in Application.objects.values_list("country", flat=True) if country})
        return [(code, places.country_choices().get(code, code)) for code in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        return queryset.filter(country=self.value()) if self.value() else queryset


class TypeFilter(admin.SimpleListFilter):
    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(title)) for name, title in places.types().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        return queryset.filter(type=self.value()) if self.value() else queryset


def _switch(name: Text, done: Text, field: str, holds: bool) -> Any:
    """An action that needs no confirmation."""
    change = {"paused": lifecycle.set_paused, "locked": lifecycle.set_locked}[field]

    @admin.action(description=name)  # type: ignore[arg-type]  # the stubs know no lazy text but their own
    def act(admin_of_applications: "ApplicationAdmin", request: HttpRequest, queryset: QuerySet[Application]) -> None:
        chosen = list(queryset)
        change(chosen, holds)
        for application in chosen:
            note(request, "app_updated", application, {"update": {field: holds}})
            admin_of_applications.log_change(request, application, f"{done}.")
            admin_of_applications.message_user(request, f"{done}: {application}")

    return act


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    form = ApplicationForm
    list_display = ("name", "masked_app_key", "type", "country", "timezone", "state", "created")
    list_filter = (TypeFilter, CountryFilter, yes_or_no("paused", _("paused")), yes_or_no("locked", _("locked")))
    search_fields = ("name", "key")
    ordering = ("name",)
    pause = _switch(_("Pause"), _("Paused"), "paused", True)
    resume = _switch(_("Resume"), _("Resumed"), "paused", False)
    lock = _switch(_("Lock"), _("Locked"), "locked", True)
    unlock = _switch(_("Unlock"), _("Unlocked"), "locked", False)
    actions = ("pause", "resume", "lock", "unlock", "reset_key", "delete_with_data")
    delete_confirmation_template = "admin/delete_application.html"
    readonly_fields = ("masked_app_key", "id", "created", "edited", "last_data_at")

    class Media:
        js = ("tally/js/copy.js",)

    def get_fieldsets(self, request: HttpRequest, obj: Application | None = None) -> Any:
        about = ("name", "type", "category", "country", "timezone", "description", "app_domain")
        if obj is None:
            return [(None, {"fields": (*about, "key")}), (_("Receiving"), {"fields": ("salt", "redirect_url")})]
        return [
            (None, {"fields": about}),
            (_("Receiving"), {"fields": ("masked_app_key", "salt", "redirect_url", "paused")}),
            (
                _("Data"),
                {"fields": ("locked", "id", "created", "edited", "last_data_at"), "description": DATA_NOTE},
            ),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        """A locked one first has to be unlocked."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.locked)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own deletion does not say what goes with an application."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        context = {**(extra_context or {}), "explanation": removal_note()}
        return super().delete_view(request, object_id, context)

    def delete_model(self, request: HttpRequest, obj: Application) -> None:
        deleted = shown_applications.whole(obj.pk)
        removal.delete_application(obj)
        note(request, "app_deleted", obj, deleted)

    def save_model(self, request: HttpRequest, obj: Application, form: Any, change: bool) -> None:
        before = shown_applications.whole(obj.pk) if change else {}
        if change:
            lifecycle.save_changes(obj)
            note(request, "app_updated", obj, {"before": before, "update": shown_applications.whole(obj.pk)})
        else:
            obj.owner = str(request.user.pk)
            lifecycle.store_new(obj)
            note(request, "app_created", obj, shown_applications.whole(obj.pk))

    @admin.display(description=_("app key"))
    def masked_app_key(self, application: Application) -> str:
        return copied_key(application.key)

    @admin.display(description=_("state"))
    def state(self, application: Application) -> str:
        states = {gettext("paused"): application.paused, gettext("locked"): application.locked}
        return ", ".join(name for name, holds in states.items() if holds) or gettext("active")

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, application: Application) -> str:
        return moment(application.created_at)

    @admin.display(description=_("edited"))
    def edited(self, application: Application) -> str:
        return moment(application.edited_at)

    @admin.display(description=_("last day with data"))
    def last_data_at(self, application: Application) -> str:
        return moment(application.last_data)

    @admin.action(description=_("Reset the app key"))
    def reset_key(self, request: HttpRequest, queryset: QuerySet[Application]) -> HttpResponse | None:
        def reset(application: Any) -> str:
            before = application.key
            after = lifecycle.rotate_key(application)
            note(request, "app_updated", application, {"before": {"key": before}, "update": {"key": after}})
            return gettext("Reset the app key.")

        explanation = gettext(
            "The present key stops working: requests of every program that sends it are refused until it has the new"
            " one. Users who come back with the new key count as new users."
        )
        return confirmed(
            self, request, queryset, title=gettext("Reset the app key"), explanation=explanation, act=reset
        )

    @admin.action(description=_("Delete with all data"))
    def delete_with_data(self, request: HttpRequest, queryset: QuerySet[Application]) -> HttpResponse | None:
        if any(application.locked for application in queryset):
            self.message_user(
                request, gettext("A locked application cannot be deleted. Unlock it first."), messages.ERROR
            )
            return None

        def delete(application: Any) -> str:
            self.delete_model(request, application)
            return gettext("Deleted, with all its data.")

        title = gettext("Delete with all data")
        return confirmed(self, request, queryset, title=title, explanation=removal_note(), act=delete)


def note(request: HttpRequest, action: str, application: Application, about: dict[str, Any]) -> None:
    """As the endpoints of the API do."""
    application_id = str(application.pk)
    address = accountable_address(request)
    data = {"_id": application_id, **about}
    audit.record(action, data, member=request.user, application_id=application_id, address=address)


def removal_note() -> str:
    what = locales.listed([str(title) for title in data.titles()])
    text = gettext("This cannot be undone. It also removes %(what)s, for every application listed here.")
    return text % {"what": what}
