"""The namespace `push`: of the server, and of an application where it has its own values."""

from django.utils.translation import gettext_lazy as _

from apps.plugin_api.configuration import Described
from apps.plugin_api.offers import Offers

DEFAULTS = {
    "proxyhost": "",
    "proxyport": "",
    "proxyuser": "",
    "proxypass": "",
    "proxyunauthorized": False,
    "test": {"uids": "", "cohorts": ""},
    "rate": {"rate": "", "period": ""},
    "sendahead": 60_000,
    "connection_retries": 3,
    "connection_factor": 1_000,
    "pool_pushes": 400,
    "pool_bytes": 10_000,
    "pool_concurrency": 5,
    "pool_pools": 10,
    "default_content_available": False,
    "message_timeout": 3_600_000,
}
DESCRIBED = {
    "proxyhost": Described(
        _("Proxy: host"), _("Through which the providers are reached; empty for none."), is_server_wide=True
    ),
    "proxyport": Described(_("Proxy: port"), pattern="[0-9]{1,5}", is_server_wide=True),
    "proxyuser": Described(_("Proxy: user"), is_server_wide=True),
    "proxypass": Described(_("Proxy: password"), is_secret=True, is_server_wide=True),
    "proxyunauthorized": Described(
        _("Proxy: do not check certificates"), _("For proxies that open the connections."), is_server_wide=True
    ),
    "sendahead": Described(_("Send ahead"), _("Milliseconds before the time of a message.")),
    "connection_retries": Described(_("Retries"), _("After which a push that no provider takes has failed.")),
    "connection_factor": Described(_("First wait"), _("Milliseconds before the first retry; doubled each time.")),
    "test": Described(_("Testers"), _("Ids of users, with commas between them.")),
    "rate": Described(_("Rate"), _("Pushes in so many seconds; empty for as fast as possible.")),
    "pool_pushes": Described(_("Batch"), _("Pushes that are sent together.")),
    "pool_concurrency": Described(_("Concurrency"), _("Ten requests at a time for each.")),
    "pool_bytes": Described(
        _("Bytes of a batch"), _("Kept for clients that read it; batches are counted in pushes."), is_kept_only=True
    ),
    "pool_pools": Described(
        _("Pools"), _("Kept for clients that read it; one worker sends at a time."), is_kept_only=True
    ),
    "default_content_available": Described(_("Wake up iOS applications"), _("Set content-available in all messages.")),
    "message_timeout": Described(_("Too late"), _("Milliseconds after which a push is not sent any more.")),
}


def register(plugin: Offers) -> None:
    plugin.settings("push", DEFAULTS, title=_("Push notifications"), described=DESCRIBED)
