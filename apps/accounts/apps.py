from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from pymongo import IndexModel

from apps.accounts import pictures, settings, tokens
from apps.core import schema
from apps.plugin_api import audit, configuration
from apps.plugin_api.jobs import JOBS, Job

#: What the audit log calls what is done here.
AUDITED = {
    "account_settings_updated": _("Own account changed"),
    "sessions_ended": _("Own sessions elsewhere ended"),
    "login_success": _("Logged in"),
    "login_failed": _("Log-in failed"),
    "logout": _("Logged out"),
    "token_login_failed": _("Log-in by token failed"),
    "mobile_login_success": _("Logged in from an app"),
    "mobile_login_failed": _("Log-in from an app failed"),
    "api-key_success": _("API key read"),
    "api-key_failed": _("Reading an API key failed"),
    "two_factor_auth_enabled": _("Two-factor authentication enabled"),
    "two_factor_auth_disabled": _("Two-factor authentication disabled"),
    "password_request": _("New password asked for"),
    "password_reset": _("Password set by a link"),
    "user_created": _("Member created"),
    "user_updated": _("Member changed"),
    "user_deleted": _("Member deleted"),
    "user_account_deleted": _("Own account deleted"),
}


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # User names are unique by check only: databases of Countly may hold several empty ones.
        for action, title in AUDITED.items():
            audit.ACTIONS.register(action, title)
        unique = [IndexModel(field, unique=True) for field in ("api_key", "email")]
        schema.register_collection("members", [*unique, IndexModel("username")])
        schema.register_collection("failed_logins")
        audit.ACTIONS.register("failed_logins_reset", _("Failed log-ins forgotten"))
        schema.register_collection("auth_tokens", [IndexModel("owner"), IndexModel("ends")])
        schema.register_collection("password_reset", [IndexModel("prid"), IndexModel("user_id")])
        schema.register_file_bucket(pictures.Bucket.APPLICATIONS.value)
        schema.register_file_bucket(pictures.Bucket.MEMBERS.value)
        configuration.register(
            "security",
            settings.SECURITY_DEFAULTS,
            title=_("Security"),
            described=settings.SECURITY_DESCRIBED,
            is_server_wide=True,
        )
        own = {"theme": False, "session_timeout": False}  # members have values of their own where this is switched on
        configuration.register(
            "frontend",
            settings.FRONTEND_DEFAULTS,
            title=_("Pages"),
            described=settings.FRONTEND_DESCRIBED,
            member_keys=own,
            is_server_wide=True,
        )

        JOBS.register("accounts.purge_tokens", Job("20 3 * * *", tokens.purge, _("Remove expired tokens")))

        from apps.accounts import (
            authentication,
            failed_logins,
            members,
            password_resets,
        )  # the models are ready only now
        from apps.applications import data

        JOBS.register(
            "accounts.purge_links", Job("25 3 * * *", password_resets.purge, _("Remove expired password links"))
        )
        JOBS.register(
            "accounts.purge_failed_logins", Job("30 3 * * *", failed_logins.purge, _("Forget old failed log-ins"))
        )
        data.register_application_data(_("the rights that members have on it"), delete=members.forget_application)
        data.register_application_data(_("its picture"), delete=pictures.remove_of_application)

        # Django would store a date where the layout has unix seconds.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(authentication.record_login, dispatch_uid="accounts.record_login")
