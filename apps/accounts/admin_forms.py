from typing import Any

from django import forms
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import members, passwords, permissions
from apps.accounts.models import Member
from apps.applications import lookup


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Rights are chosen as two lists of applications; finer rights that a stored permission gives are kept."""

    global_admin = forms.BooleanField(label=_("Global administrator"), required=False)
    new_password = forms.CharField(
        label=_("Password"), strip=False, required=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    administers = forms.MultipleChoiceField(
        label=_("Administers"), required=False, widget=FilteredSelectMultiple(_("applications"), False)
    )
    reads = forms.MultipleChoiceField(
        label=_("Reads"), required=False, widget=FilteredSelectMultiple(_("applications"), False)
    )

    class Meta:
        model = Member
        fields = ("full_name", "username", "email", "global_admin", "locked", "lang")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = passwords.policy_text()
        is_new = self.instance.pk is None
        self.fields["new_password"].required = is_new
        self.fields["new_password"].help_text = (
            rules if is_new else f"{gettext('Leave it empty to keep the present one.')} {rules}"
        )
        names = [(found.id, f"{found.name} ({found.id})") for found in lookup.all_applications()]
        permission = self.instance.permission
        for name, chosen, help_text in (
            ("administers", permissions.administered(permission), gettext("All rights on these applications.")),
            ("reads", permissions.readable(permission), gettext("May read these. A new one: everything in it.")),
        ):
            self.fields[name].choices = names  # type: ignore[attr-defined]  # of a choice field
            self.fields[name].initial = chosen
            self.fields[name].help_text = help_text

    def clean_username(self) -> str:
        return self._free("username", str(self.cleaned_data["username"]))

    def clean_email(self) -> str:
        return self._free("email", str(self.cleaned_data["email"]).lower())

    def _free(self, name: str, value: str) -> str:
        if value != getattr(self.instance, name) and members.is_taken(name, value, by_other_than=self.instance):
            raise forms.ValidationError(gettext("Somebody else has this user name or e-mail."))
        return value

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        errors = passwords.policy_errors(password) if password else []
        if errors:
            raise forms.ValidationError(errors)
        return password

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if not self.errors and {"administers", "reads"} & set(self.changed_data):
            self.instance.permission = permissions.with_applications(
                self.instance.permission,
                set(self.cleaned_data["administers"]),
                set(self.cleaned_data["reads"]),
            )


def fill_in(member: Member, form: MemberForm, *, by: Member) -> None:
    """What a new member needs besides the fields of the form, and the password of a new or changed one."""
    password = form.cleaned_data["new_password"]
    if password:
        members.set_password(member, password, chose_password=member.pk == by.pk)
    if member.pk is None:
        members.prepare(member)
