"""`/o/notes`, which asks what `/o?method=notes` asks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers
from apps.analytics.views import read_of
from apps.core.answers import output
from apps.core.api_view import ApiView
from apps.notes import reading


class NotesView(ApiView):
    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [("", callers.reader("core"))]

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        return output(reading.answer(read_of(parameters, headers, "core")))
