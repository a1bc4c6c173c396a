from django.apps import AppConfig

from apps.core import schema
from apps.plugin_api import configuration

API_DEFAULTS = {
    "domain": "",  # public address of this server, for links in mails
    "safe": False,
    "session_duration_limit": 86_400,  # seconds in one `session_duration`
    "country_data": True,
    "city_data": True,
    "event_limit": 500,  # event keys of an application
    "event_segmentation_limit": 100,  # segments of an event
    "event_segmentation_value_limit": 1_000,  # values of a segment
    "array_list_limit": 10,
    "metric_limit": 1_000,  # values of a metric; 0: no limit
    "sync_plugins": False,
    "session_cooldown": 15,  # seconds between the end and a begin that goes on with the session
    "request_threshold": 30,  # seconds
    "total_users": True,
    "export_limit": 10_000,  # rows
    "prevent_duplicate_requests": True,
    "metric_changes": True,
    "offline_mode": False,
    "reports_regenerate_interval": 3_600,  # seconds
    "send_test_email": "",
    "batch_processing": True,
    "batch_period": 10,  # seconds
    "batch_read_processing": True,
    "batch_read_ttl": 600,  # seconds
    "batch_read_period": 60,  # seconds
    "user_merge_paralel": 1,  # spelled as stored
    "trim_trailing_ending_spaces": False,
}

USERS_DEFAULTS = {
    "custom_prop_limit": 20,  # custom properties of a user
    "custom_set_limit": 50,  # items of a custom property that is a list
}


class PluginApiConfig(AppConfig):
    name = "apps.plugin_api"

    def ready(self) -> None:
        schema.register_collection(configuration.COLLECTION)
        configuration.register("api", API_DEFAULTS)
        configuration.register("users", USERS_DEFAULTS)
