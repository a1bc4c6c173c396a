"""Named periods."""

from apps.plugin_api.descriptions import TEXT, Parameter, app_id, choice, describe, flag, integer, json, list_of, text

TAG = "Date presets"
ID = text("preset_id", "Of the preset.", required=True)
PRESET = {
    "_id": "65f0...",
    "name": "Month",
    "range": "30days",
    "share_with": "none",
    "exclude_current_day": False,
    "owner_id": "5f8d...",
    "created_at": 1741775400000,
    "edited_at": 1741775400000,
    "sort_order": 0,
    "shared_email_edit": [],
    "shared_user_groups_edit": [],
    "shared_email_view": [],
    "shared_user_groups_view": [],
}
SHOWN = {**PRESET, "fav": False, "is_owner": True}


def fields(*, required: bool) -> tuple[Parameter, ...]:
    shares = (
        ("shared_email_edit", "E-mail addresses of those who may change it."),
        ("shared_email_view", "E-mail addresses of those who may use it."),
        ("shared_user_groups_edit", "Groups whose members may change it."),
        ("shared_user_groups_view", "Groups whose members may use it."),
    )
    return (
        text("name", "What it is called.", required=required, example="Month"),
        json("range", "A period, two moments in milliseconds, or an object with `value`.", {}, example="30days"),
        choice("share_with", "Who may use it.", ["none", "all-users", "selected-users"], required=required),
        flag("exclude_current_day", "Without today."),
        flag("fav", "The caller's own mark."),
        *(json(name, about, list_of(TEXT)) for name, about in shares),
    )


describe(
    "/o/date_presets/getAll",
    TAG,
    "Presets that the caller may use, in their order",
    app_id(required=False),
    about="Lists of those with whom a preset is shared are false unless the caller may change it.",
    answer=[{**SHOWN, "owner_name": "Ann"}],
)
describe(
    "/o/date_presets/getById",
    TAG,
    "One preset",
    ID,
    app_id(required=False),
    answer=SHOWN,
    errors={400: ["Not enough args"], 404: ["Could not find preset"]},
)
describe(
    "/i/date_presets/create",
    TAG,
    "Create a preset, before all others",
    app_id(),
    *fields(required=True),
    answer={**PRESET, "fav": []},
    errors={400: ["Not enough args", "Invalid range"]},
)
describe(
    "/i/date_presets/update",
    TAG,
    "Change a preset",
    ID,
    app_id(),
    *fields(required=False),
    integer("sort_order", "Its place among all, beginning with 0.", example=2),
    answer={"result": "Preset updated"},
    errors={400: ["Invalid range"], 401: ["Not authorized"], 404: ["Could not find preset"]},
)
describe(
    "/i/date_presets/delete",
    TAG,
    "Delete a preset",
    ID,
    app_id(),
    answer={"acknowledged": True, "deletedCount": 1},
    errors={401: ["Not authorized"], 404: ["Could not find preset"]},
)
