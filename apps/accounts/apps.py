from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from pymongo import IndexModel

from apps.accounts import tokens
from apps.core import schema
from apps.plugin_api import configuration
from apps.plugin_api.jobs import JOBS, Job

SECURITY_DEFAULTS = {
    "login_tries": 3,  # failures until a ban
    "login_wait": 300,  # seconds of the first ban; the next one is twice as long, and so on
    "password_min": 8,
    "password_char": True,  # an upper-case letter
    "password_number": True,
    "password_symbol": True,
    "password_expiration": 0,  # days; 0: never
    "password_rotation": 3,
    "password_autocomplete": True,
}


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        # User names are unique by check only: databases of Countly may hold several empty ones.
        unique = [IndexModel(field, unique=True) for field in ("api_key", "email")]
        schema.register_collection("members", [*unique, IndexModel("username")])
        schema.register_collection("failed_logins")
        schema.register_collection("auth_tokens", [IndexModel("owner"), IndexModel("ends")])
        configuration.register("security", SECURITY_DEFAULTS)

        JOBS.register("accounts.purge_tokens", Job("20 3 * * *", tokens.purge, "Remove expired tokens"))

        from apps.accounts import authentication, members  # the models are ready only now
        from apps.applications import data

        data.register_application_data("the rights that members have on it", delete=members.forget_application)

        # Django would store a date where the layout has unix seconds.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(authentication.record_login, dispatch_uid="accounts.record_login")
