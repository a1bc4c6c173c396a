from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Call
from apps.core.api_view import ApiView
from apps.exports import endpoints


class DownloadView(ApiView):
    """`/o/export/download/<task>`: who may read applications at all, then who may have this file."""

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponseBase:
        member = callers.reader("core")(parameters, headers)
        return endpoints.download(Call(parameters, member), path.get("task_id") or "")
