from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "apps.tasks"

    def ready(self) -> None:
        from pymongo import IndexModel  # reads the driver's machinery: only when Django is set up

        from apps.applications import data
        from apps.core import schema
        from apps.plugin_api.jobs import JOBS, Job
        from apps.tasks import long_tasks, records, results

        schema.register_collection(records.COLLECTION, [IndexModel([("app_id", 1), ("end", 1)]), IndexModel("status")])
        results.register_collections()
        data.register_application_data("long tasks and what they found", delete=long_tasks.remove_of_application)
        JOBS.register("api:task", Job("*/5 * * * *", long_tasks.refresh_due, "Refresh reports"))
        JOBS.register("api:clearAutoTasks", Job("30 1 * * *", long_tasks.remove_old, "Remove old reports"))
