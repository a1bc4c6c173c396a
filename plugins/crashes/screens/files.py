"""Stack traces and minidumps of single reports as files, for members who look at the screens."""

from django.http import Http404, HttpRequest, HttpResponse

from apps.applications.info import ApplicationInfo
from apps.core.api_view import Refusal
from apps.shell.gate import for_application
from plugins.crashes.endpoints import FEATURE, file_of

FIELDS = {"stacktrace": "error", "dump": "binary_crash_dump"}


@for_application(FEATURE)
def download(request: HttpRequest, application: ApplicationInfo, crash_report: str, kind: str) -> HttpResponse:
    if kind not in FIELDS:
        raise Http404("No such file")
    try:
        return file_of(application.id, crash_report, FIELDS[kind])
    except Refusal as refusal:
        raise Http404(refusal.message) from refusal
