"""`/i/feedback/logo` of a widget, `/i/feedback/upload` of the server's own."""

import re

from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.analytics.reading import as_text
from apps.core.answers import message
from apps.core.api_view import Refusal
from plugins.star_rating import documents, pictures

UNUSABLE = re.compile(r"[^A-Za-z0-9_-]")
LONGEST_NAME = 80
TOO_LARGE, UNREADABLE, NO_PICTURE = "feedback.image-error", "feedback.imagee-error", "feedback.imagef-error"


def store_logo(call: Call) -> HttpResponse:
    """Answers the name of the file, which is the `logo` of a widget."""
    name = _name(call, "identifier")
    _store(call, documents.LOGOS, name, "logo")
    return message(name)


def store_picture(call: Call) -> HttpResponse:
    _store(call, documents.PREVIEWS, _name(call, "name"), "file")
    return message("Success")


def _name(call: Call, parameter: str) -> str:
    name = UNUSABLE.sub("", as_text(call.parameters.get(parameter)))[:LONGEST_NAME]
    if not name:
        raise Refusal(400, f'Missing parameter "{parameter}"')
    return f"{name}.png" if parameter == "identifier" else name


def _store(call: Call, bucket: str, name: str, field: str) -> None:
    upload = call.request.FILES.get(field) or next(iter(call.request.FILES.values()), None)
    if upload is None or isinstance(upload, list):
        raise Refusal(400, UNREADABLE)
    if (upload.size or 0) > pictures.MAX_BYTES:
        raise Refusal(400, TOO_LARGE)
    try:
        pictures.store(bucket, name, upload.read())
    except pictures.TooLarge as error:
        raise Refusal(400, TOO_LARGE) from error
    except pictures.NotAPicture as error:
        raise Refusal(400, NO_PICTURE) from error
