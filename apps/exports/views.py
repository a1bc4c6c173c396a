"""The file that a task has made, for browsers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.applications.info import ApplicationInfo
from apps.exports.download import Download
from apps.shell.gate import for_application
from apps.tasks import long_tasks, records, results


@require_safe
@for_application("core")
def task_file(request: HttpRequest, application: ApplicationInfo, task_id: str) -> HttpResponseBase:
    """Who made the task; of a shared one also administrators of its application: as through the API."""
    member: Any = request.user
    task = records.get(task_id)
    if task is None or task.get("app_id") != application.id or not long_tasks.may_see(member, task):
        raise Http404("No such task")
    if not long_tasks.may_change(member, task):
        raise PermissionDenied
    found = results.file_of(task)
    if found is None:
        raise Http404("No file")
    return Download(found.pieces, name=found.name, extension=found.extension, content_type=found.content_type)
