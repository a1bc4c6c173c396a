from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "apps.pipeline"

    def ready(self) -> None:
        from pymongo import IndexModel  # reads the driver's machinery: only when Django is set up

        from apps.aggregation.user_data import USER_DATA, UserData
        from apps.applications import data
        from apps.core import schema
        from apps.pipeline import dead_letters, drops, flush, pause, redirects

        schema.register_collection(flush.OFFSETS)
        schema.register_collection(dead_letters.COLLECTION, [IndexModel([("application", 1), ("at", 1)])])
        schema.register_collection(dead_letters.PARTS)
        schema.register_collection(redirects.COLLECTION, [IndexModel([("a", 1), ("at", 1), ("n", 1)])])
        data.register_application_data(_("requests to be sent on"), clear=redirects.remove_of_application)
        schema.register_collection(drops.COLLECTION, [IndexModel([("a", 1), ("day", 1)])])
        data.register_application_data(
            _("requests that could not be counted"), clear=dead_letters.remove_of_application
        )
        data.register_application_data(
            _("the numbers of refused and dropped requests"), clear=drops.remove_of_application
        )
        USER_DATA.register("dead_letters", UserData("uncounted requests", delete=dead_letters.remove_of_users))
        data.register_hold(pause.paused)
