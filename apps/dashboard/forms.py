from django import forms
from django.utils.translation import gettext_lazy as _

from apps.applications import places
from apps.shell.zones import zone_names


class ApplicationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    type = forms.ChoiceField(label=_("Type"), choices=lambda: list(places.types().items()))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name) for name in zone_names()],
        help_text=_("Days begin at midnight in this zone."),
        initial="UTC",
    )
