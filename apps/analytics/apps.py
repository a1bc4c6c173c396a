from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import IndexModel

from apps.core import schema
from apps.plugin_api.checkup import CHECKS
from apps.plugin_api.jobs import JOBS, Job


class AnalyticsConfig(AppConfig):
    name = "apps.analytics"

    def ready(self) -> None:
        from apps.analytics import device_names, event_methods, methods, top_events  # the app registry must be ready
        from apps.applications.data import register_application_data

        CHECKS.register("devices", device_names.check)
        methods.register_all()
        event_methods.register_all()
        schema.register_collection(top_events.COLLECTION, [IndexModel([("app_id", 1), ("period", 1)])])
        register_application_data(_("top events of the day"), clear=top_events.remove)
        # Days begin at other times elsewhere: this one is the original's.
        JOBS.register("api:topEvents", Job("1 0 * * *", top_events.store_all, _("Top events")))
