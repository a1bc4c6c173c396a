"""`/i/notes/*` and `/o/notes`: notes on the charts of an application."""

from typing import Any

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.core import arguments
from apps.core.answers import message
from apps.core.api_view import ID_LENGTH, Refusal, application_named
from apps.core.arguments import Argument, Kind
from apps.notes import notes

ARGUMENTS = {
    "note": Argument(is_required=True, min_length=1, max_length=5_000),
    "ts": Argument(Kind.NUMBER, is_required=True),
    "noteType": Argument(is_required=True, max_length=20),
    "color": Argument(Kind.NUMBER, is_required=True),
    "emails": Argument(Kind.LIST),
    "category": Argument(Kind.FLAG),
    "_id": Argument(max_length=ID_LENGTH),
}
MOST_EMAILS = 200
SUCCESS = "Success"


def save(call: Call) -> HttpResponse:
    try:
        fields = arguments.read(call.parameters, ARGUMENTS)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Invalid note: {'; '.join(error.errors)}") from error
    fields = {**fields, "emails": emails_of(fields.get("emails", [])), "category": fields.get("category")}
    try:
        notes.save(fields, application_named(call.parameters), call.member, fields.get("_id", ""))
    except notes.NotAllowed as error:
        raise Refusal(403, "Not allow to edit note") from error
    return message(SUCCESS)


def delete(call: Call) -> HttpResponse:
    note_id = call.parameters.get("note_id")
    try:
        notes.delete(note_id if isinstance(note_id, str) else "", application_named(call.parameters), call.member)
    except notes.NotAllowed as error:
        raise Refusal(403, "Not allow to delete this note") from error
    return message(SUCCESS)


def emails_of(sent: list[Any]) -> list[str]:
    """As members have theirs: in lower case."""
    if len(sent) > MOST_EMAILS or not all(isinstance(email, str) and len(email) < 255 for email in sent):
        raise Refusal(400, "Invalid note: Invalid type for emails")
    return [email.strip().lower() for email in sent]


WRITES = {
    "save": Action(callers.creator("core"), save),
    "delete": Action(callers.deleter("core"), delete),
}
INVALID_WRITE = "Invalid path, must be one of /save or /delete"
