from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts import passwords
from apps.plugin_api.demo_data import DEMO_DATA


class SetupForm(forms.Form):
    full_name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(
        label=_("User name"), max_length=200, widget=forms.TextInput({"autocomplete": "username"})
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    createDemoApp = forms.BooleanField(  # noqa: N815  as clients send it
        label=_("Fill an application with made-up data, to look around"), required=False
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        if not DEMO_DATA.entries():
            del self.fields["createDemoApp"]
        self.fields["password"].help_text = passwords.policy_text()
