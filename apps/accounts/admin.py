from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import administration, members, permission_groups, permissions, shown_members
from apps.accounts.admin_forms import MemberForm, fill_in
from apps.accounts.models import Member
from apps.applications import lookup
from apps.core.admin_parts import confirmed, masked, moment, yes_or_no
from apps.core.client_address import accountable_address

admin.site.unregister(Group)  # rights are in the members' permission objects


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    form = MemberForm
    list_display = ("username", "full_name", "email", "masked_api_key", "role", "state", "logged_in")
    list_filter = (yes_or_no("global_admin", _("global administrator")), yes_or_no("locked", _("locked")))
    search_fields = ("full_name", "username", "email")
    ordering = ("username",)
    actions = ("reset_api_key", "lock", "unlock")
    readonly_fields = ("masked_api_key", "created", "logged_in", "single_features")

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        rights = (
            _("Rights"),
            {"fields": ("global_admin", "administers", "reads", "single_features"), "description": rights_note(obj)},
        )
        person = (None, {"fields": ("full_name", "username", "email", "new_password", "lang")})
        account = (_("Account"), {"fields": ("locked", "masked_api_key", "created", "logged_in")})
        return [person, rights, account] if obj else [person, rights]

    def get_form(self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            return own_account(form)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """Nobody deletes the account they sit on: so one global administrator always remains."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        who: dict[str, Any] = {"by": signed_in(request), "address": accountable_address(request)}
        before = shown_members.own(obj.pk) if change else {}
        fill_in(obj, form, by=signed_in(request))
        members.store(obj)
        if change and {"email", "new_password"} & set(form.changed_data):
            members.end_old_ways_in(obj, has_new_password="new_password" in form.changed_data)
        if change:
            administration.note_changed(obj, before, shown_members.own(obj.pk), **who)
        else:
            administration.note_created(obj, **who)

    def delete_model(self, request: HttpRequest, obj: Member) -> None:
        administration.delete(obj, by=signed_in(request), address=accountable_address(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        for member in queryset.exclude(pk=signed_in(request).pk):
            self.delete_model(request, member)

    @admin.display(description=_("API key"))
    def masked_api_key(self, member: Member) -> str:
        return format_html("<code>{}</code>", masked(member.api_key))

    @admin.display(description=_("role"), ordering="global_admin")
    def role(self, member: Member) -> str:
        return gettext("global administrator") if member.global_admin else gettext("member")

    @admin.display(description=_("state"), ordering="locked")
    def state(self, member: Member) -> str:
        return gettext("locked") if member.locked else gettext("active")

    @admin.display(description=_("rights on single features"))
    def single_features(self, member: Member) -> str:
        """What the two lists do not tell, and where it is changed."""
        if member.pk is None:
            return str(_("They are chosen on the member's page of the dashboard, once the member is there."))
        names = {found.id: found.name for found in lookup.all_applications()}
        lines = [
            (", ".join(names.get(name, name) for name in group.applications), features)
            for group in permission_groups.groups_of(member.permission)
            if (features := limited_rights(group))
        ]
        link = format_html('<a href="{}">{}</a>', reverse("member", args=[member.pk]), _("Choose them"))
        rows = format_html_join("", "<li>{}: {}</li>", lines)
        return format_html("<ul>{}</ul>{}", rows, link) if lines else link

    @admin.display(description=_("last log-in"), ordering="last_login")
    def logged_in(self, member: Member) -> str:
        return moment(member.last_login)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, member: Member) -> str:
        return moment(member.created_at)

    @admin.action(description=_("Reset the API key"))
    def reset_api_key(self, request: HttpRequest, queryset: QuerySet[Member]) -> HttpResponse | None:
        def reset(member: Any) -> str:
            administration.reset_api_key(member, by=signed_in(request), address=accountable_address(request))
            return gettext("Reset the API key.")

        explanation = gettext("The present API keys stop working at once. Programs that use them need the new ones.")
        title = gettext("Reset the API key")
        return confirmed(self, request, queryset, title=title, explanation=explanation, act=reset)

    @admin.action(description=_("Lock"))
    def lock(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        if any(member.pk == request.user.pk for member in queryset):
            self.message_user(request, gettext("You cannot lock yourself."), messages.WARNING)
        self._set_locked(request, [member for member in queryset if member.pk != request.user.pk], True)

    @admin.action(description=_("Unlock"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set_locked(request, list(queryset), False)

    def _set_locked(self, request: HttpRequest, chosen: list[Member], locked: bool) -> None:
        members.set_locked(chosen, locked)
        for member in chosen:
            administration.note_changed(
                member,
                {"locked": not locked},
                {"locked": locked},
                by=signed_in(request),
                address=accountable_address(request),
            )
        done = gettext("Locked") if locked else gettext("Unlocked")
        for member in chosen:
            self.log_change(request, member, f"{done}.")
            self.message_user(request, f"{done}: {member}")


def own_account(form: Any) -> Any:
    """Nobody locks or demotes themselves: so one global administrator always remains."""

    class OwnForm(form):  # type: ignore[misc]  # made at run time
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name in ("locked", "global_admin"):
                self.fields[name].disabled = True

    return OwnForm


def limited_rights(group: permission_groups.Group) -> str:
    """ "read core, events; create crashes": of the letters under which not everything is allowed."""
    titles = {"c": _("create"), "r": _("read"), "u": _("update"), "d": _("delete")}
    told = [
        f"{titles[letter]} {', '.join(sorted(features))}"
        for letter, features in group.allowed.items()
        if features and letter not in group.everything
    ]
    return "; ".join(told)


def rights_note(member: Member | None) -> str:
    if member is not None and member.permission is None:
        return gettext("An older account: it has its rights from admin_of and user_of until they are chosen here.")
    if member is not None and permissions.is_limited(member.permission):
        return gettext(
            "Some rights are limited to single features. They stay as they are while their application stays."
        )
    return gettext("A global administrator may do everything. Others may do what is chosen here.")


def signed_in(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)
    return request.user
