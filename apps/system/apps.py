from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: What the audit log calls what is done here.
AUDITED = {
    "dead_letter_replayed": _("Dead letter tried again"),
    "dead_letter_dropped": _("Dead letter dropped"),
    "job_started": _("Job started"),
    "job_suspended": _("Job suspended"),
    "job_resumed": _("Job resumed"),
}


class SystemConfig(AppConfig):
    name = "apps.system"

    def ready(self) -> None:
        from celery.signals import task_postrun, worker_ready  # signals are connected once Django is set up

        from apps.core import schema
        from apps.plugin_api import audit
        from apps.plugin_api.jobs import JOBS, Job
        from apps.plugin_api.menu import MENU, MenuEntry, global_admins
        from apps.system import content_entries, heartbeat, job_methods, job_records

        for action, title in AUDITED.items():
            audit.ACTIONS.register(action, title)
        worker_ready.connect(_begin_work, dispatch_uid="system.begin_work")  # type: ignore[no-untyped-call]  # Celery has no types
        task_postrun.connect(heartbeat.note_task, dispatch_uid="system.note_task")  # type: ignore[no-untyped-call]

        entry = MenuEntry(_("Server health"), "health", "manage", "system", 65, shown_to=global_admins)
        MENU.register("health", entry)
        MENU.register(
            "jobs", MenuEntry(_("Jobs"), "jobs", "manage", "jobs", 66, shown_to=global_admins, original="#/manage/jobs")
        )
        job_records.register_collection()
        schema.register_collection(content_entries.COLLECTION)
        audit.ACTIONS.register("cms_entries_saved", _("Guides saved"))
        audit.ACTIONS.register("cms_entries_cleared", _("Guides removed"))
        job_methods.register()
        JOBS.register("api:clear", Job("15 1 * * *", job_records.remove_old, _("Forget finished runs of jobs")))


def _begin_work(**_: Any) -> None:
    from apps.system import beat  # slow import; only a worker needs it
    from apps.system.supervision import roles

    beat.start_thread()
    roles.report_ready()
