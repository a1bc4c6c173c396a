"""The settings `api` and `users`, and what people read beside them."""

from django.utils.translation import gettext_lazy as _

from apps.plugin_api.configuration import Described

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

API_DESCRIBED = {
    "domain": Described(_("Public address"), _("Of this server, for links in mails."), is_server_wide=True),
    "safe": Described(_("Wait for redirections"), _("SDKs are answered when the other server has answered.")),
    "session_duration_limit": Described(_("Longest duration"), _("Seconds that one request may report of a session.")),
    "country_data": Described(_("Keep countries"), _("Without them there are no cities either.")),
    "city_data": Described(_("Keep cities")),
    "event_limit": Described(_("Event keys"), _("Most of an application; events with further keys are dropped.")),
    "event_segmentation_limit": Described(_("Segments of an event")),
    "event_segmentation_value_limit": Described(_("Values of a segment")),
    "metric_limit": Described(_("Values of a metric"), _("0: no limit.")),
    "session_cooldown": Described(
        _("Cooldown of sessions"), _("Seconds after an end in which a begin goes on with it.")
    ),
    "total_users": Described(_("Count users now"), _("From their profiles, where the period reaches today.")),
    "export_limit": Described(_("Rows of an export")),
    "prevent_duplicate_requests": Described(_("Leave out repeated requests")),
    "metric_changes": Described(_("Keep changes of metrics"), _("Users count for the old value and for the new one.")),
    "reports_regenerate_interval": Described(
        _("Renewal of reports"), _("Seconds until a stored report is made anew."), is_server_wide=True
    ),
    "request_threshold": Described(_("Seconds until a reading becomes a task"), is_server_wide=True),
    "trim_trailing_ending_spaces": Described(
        _("Trim values"), _("Spaces around everything that SDKs send."), is_server_wide=True
    ),
    **{
        name: Described(title, is_kept_only=True)
        for name, title in {
            "array_list_limit": _("Items of a list"),
            "sync_plugins": _("Synchronise plugins"),
            "offline_mode": _("Offline"),
            "send_test_email": _("Test mail"),
            "batch_processing": _("Write in batches"),
            "batch_period": _("Seconds between batches"),
            "batch_read_processing": _("Read in batches"),
            "batch_read_ttl": _("Seconds until a reading is forgotten"),
            "batch_read_period": _("Seconds until a reading is repeated"),
            "user_merge_paralel": _("Merges at once"),
        }.items()
    },
}
USERS_DESCRIBED = {
    "custom_prop_limit": Described(_("Custom properties of a user"), _("0: no limit.")),
    "custom_set_limit": Described(_("Items of a property that is a list"), _("0: no limit.")),
}
