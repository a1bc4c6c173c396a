from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.applications import lifecycle, places
from apps.applications.models import Application
from apps.core.texts import Text


def with_present(choices: Mapping[str, Text], present: str | None) -> list[tuple[str, Text]]:
    """A stored value that the list does not know (of another version, say) stays choosable."""
    known = list(choices.items())
    return known if not present or present in choices else [(present, present), *known]


class ApplicationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    paused = forms.BooleanField(label=_("Paused"), required=False, help_text=_("Requests of SDKs are refused."))
    locked = forms.BooleanField(
        label=_("Locked"), required=False, help_text=_("Counts on, but its data cannot be cleared or deleted.")
    )

    class Meta:
        model = Application
        fields = (
            "name",
            "key",
            "type",
            "category",
            "country",
            "timezone",
            "salt",
            "redirect_url",
            "app_domain",
            "description",
            "paused",
            "locked",
        )
        help_texts = {
            "key": _("SDKs send it. Left empty, a random one is made."),
            "timezone": _("Days begin at midnight in this zone."),
            "salt": _("With a salt, requests without a right checksum are refused."),
            "redirect_url": _("Requests are sent on to this server as well."),
        }
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = {zone: zone for zone in sorted(places.timezones())}
        application, initial = self.instance, lifecycle.initial_values()
        offered: dict[str, Mapping[str, Text]] = {
            "type": places.types(),
            "category": places.CATEGORIES,
            "country": places.country_choices(),
            "timezone": zones,
        }
        for name, choices in offered.items():
            present = getattr(application, name) if application.pk else None
            self.fields[name] = forms.ChoiceField(
                choices=with_present(choices, present),
                initial=initial[name],
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
            )
        if "key" in self.fields:
            self.fields["key"].required = False
        if application.pk and not application.salt:
            self.initial["salt"] = application.checksum_salt

    def clean_salt(self) -> str | None:
        """The field shows the salt that counts, which may be stored under its older name."""
        if "salt" not in self.changed_data:
            stored: str | None = self.instance.salt
            return stored
        self.instance.checksum_salt = None
        return str(self.cleaned_data["salt"] or "") or None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        try:
            lifecycle.check_key(self.cleaned_data.get("key") or self.instance.key or lifecycle.new_key())
        except lifecycle.InvalidApplication as error:
            self.add_error("key", str(error))
        return cleaned
