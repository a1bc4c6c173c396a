from collections.abc import Mapping
from typing import Any

from django import forms

from apps.accounts import passwords


class SetupForm(forms.Form):
    full_name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(label="User name", max_length=200, widget=forms.TextInput({"autocomplete": "username"}))
    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["password"].help_text = passwords.policy_text()
