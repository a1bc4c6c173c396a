from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from pymongo import ASCENDING, IndexModel


class ProfilesConfig(AppConfig):
    name = "apps.profiles"

    def ready(self) -> None:
        from apps.aggregation.user_data import USER_DATA, UserData  # the app registry must be ready
        from apps.analytics import methods
        from apps.applications import data
        from apps.core import schema
        from apps.plugin_api import audit
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.profiles import export_tasks, exports, import_tasks, reading, storage

        schema.register_collection(storage.EXPORTS, [IndexModel([("_eid", ASCENDING)])])
        data.register_application_data(_("exports of users"), clear=storage.remove_exports_of_application)
        USER_DATA.register("exports", UserData(_("exports of users"), delete=exports.delete_of_users))
        export_tasks.register()
        import_tasks.register()
        methods.register("user_details", reading.user_details)
        audit.ACTIONS.register("app_user_created", _("User created"))
        audit.ACTIONS.register("app_user_updated", _("User changed"))
        audit.ACTIONS.register("app_user_deleted", _("User deleted"))
        audit.ACTIONS.register("app_user_imported", _("Users imported"))
        audit.ACTIONS.register("export_app_user", _("User exported"))
        audit.ACTIONS.register("export_app_user_deleted", _("Export of a user deleted"))
        MENU.register("user_profiles", MenuEntry(_("Profiles"), "user_profiles", "understand", "person", 12, "users"))
