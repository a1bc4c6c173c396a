from django import forms

from apps.applications import places
from apps.shell.zones import zone_names


class ApplicationForm(forms.Form):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    type = forms.ChoiceField(choices=lambda: list(places.types().items()))
    timezone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name) for name in zone_names()],
        help_text="Days begin at midnight in this zone.",
        initial="UTC",
    )
