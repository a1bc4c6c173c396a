from apps.plugin_api.descriptions import (
    ANYTHING,
    app_id,
    args,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    table_parameters,
    text,
)

PUSH = "Push notifications"
ID = "65f1c2aa1b2c3d4e5f607182"
FREE = {"type": "object", "additionalProperties": ANYTHING}
RESULT = {"total": 2, "processed": 2, "sent": 2, "actioned": 1, "errored": 0, "errors": {}, "subs": {"a": {"sent": 2}}}
MESSAGE = {
    "_id": ID,
    "app": "5f8c6f2e1b2c3d4e5f607182",
    "platforms": ["a"],
    "filter": {"user": '{"cc": "DE"}'},
    "triggers": [{"kind": "plain", "start": "2026-11-25T10:00:00.000Z"}],
    "contents": [{"title": "Hello", "message": "News"}],
    "result": RESULT,
    "info": {"title": "First", "createdByName": "Anna"},
    "state": 0,
    "status": "created",
}
CHECKED = {"type": "object", "required": ["_id", "status"]}
message_id = text("_id", "The message.", required=True, example=ID)
FILTER = json(
    "filter", "`user`: text of a query on the users' properties.", FREE, example={"user": '{"did": {"$in": ["a"]}}'}
)
FURTHER_FILTER = json(
    "filter", "As of a message. The message goes to users of whom its own filter is true, too.", FREE, required=True,
    example={"user": '{"did": {"$in": ["a"]}}'},
)  # fmt: skip
FIELDS = (
    text("app", "The application, as `app_id`.", required=True, example="5f8c6f2e1b2c3d4e5f607182"),
    json("platforms", "`i` iOS, `a` Android.", list_of({"enum": ["i", "a"]}), required=True, example=["a"]),
    FILTER,
    json(
        "triggers",
        "One: `plain` (`start`, `tz`, `sctz`, `delayed`, `reschedule`), `event` (`events`, `actuals`, `delay`, `time`, "
        "`cap`, `sleep`, `end`) or `api` (`cap`, `sleep`, `end`).",
        list_of(FREE),
        required=True,
        example=[{"kind": "plain", "start": 1764064800000}],
    ),
    json(
        "contents",
        "The first is for all, others override it for a platform `p` or a language `la`: `title`, `message`, `sound`, "
        "`badge`, `data`, `extras`, `expiration`, `url`, `media`, `buttons`.",
        list_of(FREE),
        required=True,
        example=[{"title": "Hello", "message": "News"}],
    ),
    json("info", "`title`, of the message in lists; `silent`.", FREE, example={"title": "First"}),
    choice("status", "A draft is checked less strictly, and not sent.", ["draft"]),
)
NOT_FOUND = {404: ["Message not found"]}
INVALID = {400: ["No push credentials for Android platform", "No such app", "args.app does not match request app_id"]}
PROBLEMS = (
    "Errors are `{errors: [...]}`; those of what was sent have `kind: ValidationError`, what cannot be done now has "
    "`kind: PushError`. Fields may also come as an object in `args`."
)

describe(
    "/i/push/message/create", PUSH, "Write a message", app_id(), *FIELDS,
    about=PROBLEMS, answer=MESSAGE, schema=CHECKED, errors=INVALID,
)  # fmt: skip
describe(
    "/i/push/message/update", PUSH, "Change a message", app_id(), message_id, *FIELDS,
    about=PROBLEMS, answer=MESSAGE, schema=CHECKED, errors={**INVALID, **NOT_FOUND},
)  # fmt: skip
describe(
    "/i/push/message/toggle", PUSH, "Start or stop an automatic message, or one of the API", app_id(), message_id,
    flag("active", "Whether it shall be sent from now on.", required=True, example=True),
    answer={**MESSAGE, "status": "stopped"}, schema=CHECKED,
    errors={400: ["The message is already active", "The message is already stopped"], **NOT_FOUND},
)  # fmt: skip
describe(
    "/i/push/message/remove", PUSH, "Remove a message", app_id(), message_id, answer={}, errors=NOT_FOUND
)  # fmt: skip
describe(
    "/i/push/message/test", PUSH, "Send a message to the testers", app_id(), *FIELDS,
    about="Waits for the providers. Nothing of it is counted.", answer={"result": RESULT},
    schema={"type": "object", "required": ["result"]},
    errors={400: ["Please define test users in Push plugin configuration"]},
)  # fmt: skip
describe(
    "/i/push/message/push", PUSH, "Send a message of the API", app_id(), message_id, FURTHER_FILTER,
    integer("start", "When, in milliseconds; at once when missing."),
    json("contents", "Overrides the contents of the message.", list_of(FREE)),
    json("variables", "Words that the texts of the message name.", FREE, example={"code": "4711"}),
    answer=RESULT, schema=FREE,
    errors={400: ["Missing filter argument", "The message has ended", "NoAudience", "InvalidFilter: .."], **NOT_FOUND},
)  # fmt: skip
describe(
    "/i/push/message/pop", PUSH, "Take back what waits to be sent", app_id(), message_id, FILTER,
    answer={"removed": 2}, errors={400: ["Missing filter argument"], **NOT_FOUND},
)  # fmt: skip
describe(
    "/o/push/message", PUSH, "A message", app_id(), text("_id", "The message; it may also follow the address."),
    below=text("message", "The message.", example=ID), answer=MESSAGE, schema=CHECKED, errors=NOT_FOUND,
)  # fmt: skip
describe(
    "/o/push/message/all", PUSH, "Messages, page by page", app_id(),
    *table_parameters("title", "status", "sent", "actioned", "created", "start", length=20),
    flag("auto", "Automatic ones; one-time ones when neither is asked for."), flag("api", "Those of the API."),
    flag("removed", "Removed ones."), text("status", "Only of this status.", example="sent"),
    answer={"iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [MESSAGE]},
    schema={"type": "object", "required": ["iTotalRecords", "iTotalDisplayRecords", "aaData"]},
)  # fmt: skip
describe(
    "/o/push/message/estimate", PUSH, "How many users a message would reach", app_id(), *FIELDS[:3],
    answer={"count": 2, "locales": {"default": 1, "de": 1}}, schema={"type": "object", "required": ["count"]},
    errors={400: ["filter: Invalid JSON for user", "No push credentials for Android platform "]},
)  # fmt: skip
describe(
    "/o/push/mime", PUSH, "Whether devices will show a picture, sound or film", app_id(),
    text("url", "Its address.", required=True, example="https://example.com/picture.png"),
    answer={"media": "https://example.com/picture.png", "mediaMime": "image/png", "mediaSize": 1024},
    errors={400: ["Missing url argument", "Media mime type is not supported"]},
)  # fmt: skip
describe(
    "/o/push/user", PUSH, "Messages that a user got", app_id(),
    text("id", "Id of the user (`uid`)."), text("did", "Or the id of the device."),
    flag("messages", "With the messages themselves.", required=True, example=True),
    about="Empty for a user who got none. Times are in milliseconds, the last hundred of each message.",
    answer={"notifications": {ID: [1764064800000]}, "messages": [MESSAGE]}, schema=FREE,
    errors={400: ["Missing messages argument"]},
)  # fmt: skip
SERIES = {"data": [0, 3], "keys": ["W47", "W48"]}
describe(
    "/o/push/dashboard", PUSH, "Messages over time, and who can be reached", app_id(),
    answer={
        "sent": {"weekly": SERIES, "monthly": SERIES, "total": 3, "platforms": {}},
        "enabled": {"total": 3, "i": 1, "a": 2, "h": 0}, "users": 4, "platforms": ["a", "i"],
    },
    schema={"type": "object", "required": ["sent", "enabled", "users"]},
)  # fmt: skip

# The API before messages had triggers and contents ------------------------------------------------------------------
OLDER_FIELDS = (
    json("apps", "The applications.", list_of({"type": "string"}), required=True, example=["5f8c6f2e1b2c3d4e5f607182"]),
    FIELDS[1],
    json("userConditions", "A query on the users' properties.", FREE, example={"cc": "DE"}),
)
OLDER = (
    """Of the API before `/i/push/message/*`; new programs use that one. What is not known to it is refused by name."""
)
describe(
    "/i/pushes/create", PUSH, "Write a message, in the older form",
    args(
        *OLDER_FIELDS,
        json(
            "messagePerLocale",
            "`default`, and `de` or another language; with `|t` the title, with `|0|t` and `|0|l` title and address of "
            "the first button.",
            FREE,
            required=True,
            example={"default": "News", "default|t": "Hello", "de": "Neues"},
        ),
        choice("type", "`data` shows nothing.", ["message", "data"]),
        integer("date", "When, in milliseconds; at once when missing."),
        integer("expiryDate", "Until when, in milliseconds."),
        text("sound", "Its name.", example="default"),
        text("url", "What opens.", example="https://example.com"),
        text("media", "Picture, sound or film.", example="https://example.com/picture.png"),
        json("data", "For the program.", FREE, example={"k": "v"}),
        flag("tx", "Sent by `/i/push/message/push` alone."),
    ),
    about=OLDER + " One message for each application; `messages` has the ids of all.",
    answer={**MESSAGE, "apps": ["5f8c6f2e1b2c3d4e5f607182"], "messages": [ID]}, schema=CHECKED, errors=INVALID,
)  # fmt: skip
describe(
    "/i/pushes/prepare", PUSH, "How many users a message would reach, in the older form", args(*OLDER_FIELDS),
    about=OLDER, answer={"build": {"total": 2, "count": {"default": 1, "de": 1}}},
    schema={"type": "object", "required": ["build"]}, errors={400: ["Missing apps argument"]},
)  # fmt: skip
describe(
    "/i/pushes/delete", PUSH, "Remove a message, in the older form", message_id, about=OLDER, answer={},
    errors=NOT_FOUND,
)  # fmt: skip
describe(
    "/i/pushes/active", PUSH, "Start or stop a message, in the older form", message_id,
    flag("active", "Whether it shall be sent from now on.", required=True, example=True), about=OLDER,
    answer={**MESSAGE, "status": "stopped"}, schema=CHECKED, errors=NOT_FOUND,
)  # fmt: skip
