"""The download of a user's export, for browsers."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.applications.info import ApplicationInfo
from apps.profiles import exports, files
from apps.shell.gate import for_application


@require_safe
@for_application("core")
def user_export(request: HttpRequest, application: ApplicationInfo, uid: str) -> HttpResponseBase:
    """Who may read the application."""
    export_id = exports.export_id_of(application.id, [uid])
    if not exports.is_there(export_id):
        raise Http404("No such export")
    return files.download(export_id)
