"""The management API of applications."""

from apps.applications.places import CATEGORIES
from apps.plugin_api.descriptions import (
    ANYTHING,
    Parameter,
    any_of,
    app_id,
    args,
    choice,
    describe,
    flag,
    json,
    map_of,
    object_of,
    text,
)

TAG = "Applications"
ID = "5f8c6f2e1b2c3d4e5f607182"
KEY = "0123456789abcdef0123456789abcdef01234567"
ABOUT: tuple[Parameter, ...] = (
    text("country", "ISO 3166 code.", example="DE"),
    text("type", "What it runs on: mobile, web, desktop, or what plugins add.", example="mobile"),
    choice("category", "Number of a category: " + ", ".join(f"{n} {name}" for n, name in CATEGORIES.items()) + ".",
           list(CATEGORIES), example="6"),
    text("key", "By which SDKs name it; made up when missing.", example=KEY),
    text("timezone", "An IANA time zone: its days are the days of all numbers.", example="Europe/Berlin"),
    text("redirect_url", "Where requests of SDKs are sent on to.", example="https://stats.example.com"),
    text("app_domain", "Of a web site.", example="example.com"),
    text("description", "For people.", example="Our shop"),
)  # fmt: skip
WHOLE = {
    "_id": ID, "name": "Shop", "key": KEY, "country": "DE", "timezone": "Europe/Berlin", "category": "6",
    "type": "mobile", "created_at": 1741737600, "edited_at": 1741737600, "owner": "5f8c6f2e1b2c3d4e5f607183", "seq": 0,
}  # fmt: skip
PACKED = {
    "_id": ID, "category": "6", "country": "DE", "key": KEY, "name": "Shop", "timezone": "Europe/Berlin", "salt": "",
}  # fmt: skip
MINE = {"admin_of": {ID: PACKED}, "user_of": {ID: PACKED}}
MINE_SCHEMA = object_of(
    json("admin_of", "Those that the member administers, by id.", map_of({"type": "object"})),
    json("user_of", "Those that the member may look at, by id.", map_of({"type": "object"})),
)
THIS = text("app_id", "The application.", required=True, example=ID)
INVALID_ARGUMENTS = "Error: Missing 'args' parameter"
NOT_FOUND = {404: ["App not found"]}

describe(
    "/i/apps/create",
    TAG,
    "Create an application",
    args(text("name", "Its name.", required=True, example="Shop"), *ABOUT,
         text("checksum_salt", "Requests of SDKs must then be signed with it.", example="s3cret")),
    about="A country, time zone, category or type that is not known becomes the default.",
    answer={**WHOLE, "app_id": ID},
    errors={400: [INVALID_ARGUMENTS, "Error: Missing name argument", "App key already in use"]},
)  # fmt: skip
describe(
    "/i/apps/update",
    TAG,
    "Change an application",
    app_id(required=False, about="Whose administrator calls; left out by global administrators."),
    args(THIS, text("name", "Its name.", example="Shop"), *ABOUT, text("salt", "As `checksum_salt` at create."),
         flag("locked", "Locked applications cannot be reset, deleted or filled with demo data.")),
    answer={"name": "Shop", "edited_at": 1741737600},
    errors={
        400: [
            INVALID_ARGUMENTS,
            "Invalid app name",
            "Invalid app key",
            "Invalid props: timezone",
            "App key already in use",
        ],
        401: ["User does not have admin rights for this app"],
        **NOT_FOUND,
    },
)  # fmt: skip
describe(
    "/i/apps/update/plugins",
    TAG,
    "Give an application settings of its own",
    app_id(),
    json("args", "Values by setting, by namespace; each wins over the setting of the server.", map_of(map_of(ANYTHING)),
         required=True, example={"api": {"event_limit": 1000}}),
    answer={"_id": ID, "plugins": {"api": {"event_limit": 1000}}},
    errors={
        400: [
            INVALID_ARGUMENTS,
            "Couldn't update plugin: names may not hold dots or begin with a dollar sign",
            "No app id provided",
        ],
        **NOT_FOUND,
    },
)  # fmt: skip
describe(
    "/i/apps/delete",
    TAG,
    "Delete an application and its data",
    args(THIS),
    answer={"result": "Success"},
    errors={400: [INVALID_ARGUMENTS], 403: ["Application is locked"], 500: ["Error deleting app"]},
)
describe(
    "/i/apps/reset",
    TAG,
    "Remove data of an application",
    args(
        THIS,
        choice(
            "period",
            "`all`: data only; `reset`: data and the names of events; otherwise what is older than that.",
            ["all", "reset", "1month", "3month", "6month", "1year", "2year"],
            required=True,
            example="6month",
        ),
    ),
    answer={"result": "Success"},
    errors={400: [INVALID_ARGUMENTS], 403: ["Application is locked"], **NOT_FOUND},
)
describe("/o/apps/all", TAG, "All applications", answer=MINE, schema=MINE_SCHEMA)
describe("/o/apps/mine", TAG, "The applications of who asks", answer=MINE, schema=MINE_SCHEMA)
PERSON = {"_id": "5f8c6f2e1b2c3d4e5f607183", "full_name": "Ada Lovelace", "username": "ada"}
describe(
    "/o/apps/details",
    TAG,
    "An application and the people who have to do with it",
    app_id(),
    answer={
        "app": {
            "created_at": 1741737600,
            "edited_at": 1741737600,
            "last_data": 1741775400,
            "owner": "Ada Lovelace",
            "owner_id": PERSON["_id"],
            "last_data_users": 1741775400,
        },
        "global_admin": [PERSON],
        "admin": [PERSON],
        "user": [PERSON],
    },
    errors={400: ["No app id provided"], 401: ["App does not exist"]},
)
describe(
    "/o/apps/plugins",
    TAG,
    "Settings that an application has of its own",
    app_id(),
    text("name", "One namespace only.", example="api"),
    answer={"plugins": {"api": {"event_limit": 1000}}},
    schema=any_of(
        {"type": "object", "maxProperties": 0}, object_of(json("plugins", "By namespace.", map_of(ANYTHING)))
    ),
    errors={400: ["Error: Missing app_id argument"]},
)
