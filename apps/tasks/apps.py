from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: What the audit log calls what is done here.
AUDITED = {
    "task_manager_task_created": _("Task created"),
    "task_manager_task_updated": _("Task changed"),
    "task_manager_task_deleted": _("Task deleted"),
}


class TasksConfig(AppConfig):
    name = "apps.tasks"

    def ready(self) -> None:
        from pymongo import IndexModel  # reads the driver's machinery: only when Django is set up

        from apps.applications import data
        from apps.core import schema
        from apps.plugin_api import audit
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.signals import member_deleted
        from apps.tasks import inputs, long_tasks, records, results

        for action, title in AUDITED.items():
            audit.ACTIONS.register(action, title)
        schema.register_collection(records.COLLECTION, [IndexModel([("app_id", 1), ("end", 1)]), IndexModel("status")])
        schema.register_file_bucket(results.BUCKET)
        schema.register_file_bucket(inputs.BUCKET)
        data.register_application_data(_("long tasks and what they found"), delete=long_tasks.remove_of_application)
        member_deleted.connect(long_tasks.forget_member, dispatch_uid="tasks.forget_member")
        MENU.register(
            "tasks", MenuEntry(_("Task manager"), "tasks", "application", "tasks", 95, original="#/manage/tasks")
        )
        JOBS.register("api:task", Job("*/5 * * * *", long_tasks.refresh_due, _("Refresh reports")))
        JOBS.register("api:clearAutoTasks", Job("30 1 * * *", long_tasks.remove_old, _("Remove old reports")))
