from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class TwoFactorAuthConfig(PluginConfig):
    name = "plugins.two_factor_auth"
    plugin = "two-factor-auth"
    title = _("Two-Factor Authentication")
    version = "1.0.0"
    description = _("Members log in with a code of their authenticator beside the password.")
    feature = "two_factor_auth"
    enabled_by_default = False
    default_settings = {"two-factor-auth": {"globally_enabled": False}}

    def offer(self, plugin: Offers) -> None:
        from apps.accounts.actions import ENDPOINTS, Action
        from plugins.two_factor_auth import endpoints

        plugin.add(ENDPOINTS, "/i/two-factor-auth", Action(endpoints.who_may, endpoints.answer))
