from apps.analytics.descriptions import PERIOD
from apps.plugin_api.descriptions import (
    TEXT,
    app_id,
    choice,
    describe,
    file,
    flag,
    integer,
    json,
    list_of,
    table_parameters,
    text,
)
from plugins.star_rating import widget_fields

TAG = "Ratings"
WIDGET_ID = text("widget_id", "The widget.", required=True, example="5f8c6f2e1b2c3d4e5f607185")
WIDGET = {
    **widget_fields.new_widget(), "_id": "5f8c6f2e1b2c3d4e5f607185", "app_id": "5f8c6f2e1b2c3d4e5f607182",
    "status": True, "is_active": "true", "hide_sticker": False, "target_pages": ["/"], "ratings_texts": ["1", "2"],
    "links": [], "targeting": None, "created_at": 1741775400000, "wv": 1, "timesShown": 9, "ratingsCount": 3,
    "ratingsSum": 10,
}  # fmt: skip
ANY_WIDGET = {"type": "object", "required": ["_id", "app_id"]}
FIELDS = (
    app_id(),
    flag("status", "Whether it is shown.", required=True, example=True),
    text("internalName", "Its name among us."),
    text("popup_header_text", "The question."),
    text("popup_comment_callout", "What is asked for a comment."),
    text("popup_email_callout", "What is asked for the address."),
    text("popup_button_callout", "Text of the button."),
    text("popup_thanks_message", "What people read afterwards."),
    choice("trigger_position", "Where the button is.", widget_fields.POSITIONS),
    choice("trigger_size", "How large it is.", widget_fields.SIZES),
    text("trigger_bg_color", "Its color, `RRGGBB`.", example="123B5B"),
    text("trigger_font_color", "The color of its text.", example="FFFFFF"),
    text("trigger_button_text", "Its text."),
    flag("hide_sticker", "No button: the site opens the form."),
    flag("comment_enable", "Ask for a comment."),
    flag("contact_enable", "Ask for an e-mail address."),
    choice("rating_symbol", "What is chosen from.", widget_fields.SYMBOLS),
    json("ratings_texts", "Five texts, of the worst first.", list_of(TEXT)),
    json("target_pages", "Paths, with * at the end for all below.", list_of(TEXT), example=["/"]),
    json("target_devices", "`desktop`, `phone`, `tablet`.", {"type": "object"}),
    flag("consent", "Ask for consent first."),
    json("links", "Of the consent: `text`, `link`.", list_of({"type": "object"})),
    text("finalText", "The sentence of the consent."),
    text("logo", "Name of a file from `/i/feedback/logo`."),
)
INVALID = ["Invalid params: Missing status argument"]
RATING = {
    "_id": "67d0f2c41b2c3d4e5f607182", "email": "a@example.com", "comment": "Good", "ts": 1741775400,
    "device_id": "d1", "cd": "2025-03-12T10:30:00.000Z", "uid": "1", "contact_me": True, "rating": 5,
    "platform": "Android", "app_version": "1.0", "widget_id": "5f8c6f2e1b2c3d4e5f607185",
}  # fmt: skip

describe(
    "/i/feedback/widgets/create", TAG, "Create a widget", *FIELDS,
    about="Answers with status 201.",
    answer={"result": "Successfully created 5f8c6f2e1b2c3d4e5f607185"},
    errors={201: ["Successfully created <id>"], 400: INVALID},
)  # fmt: skip
describe(
    "/i/feedback/widgets/edit", TAG, "Change a widget", WIDGET_ID, *FIELDS,
    about="Pages, texts of ratings, links and targeting that are not sent are set to their defaults.",
    answer={"result": "Success"},
    errors={400: [*INVALID, "Invalid widget id."], 404: ["Widget not found"]},
)  # fmt: skip
describe(
    "/i/feedback/widgets/remove", TAG, "Remove a widget", app_id(), WIDGET_ID,
    flag("with_data", "Its ratings go with it."),
    answer={"result": "Success"},
    errors={404: ["Widget not found"]},
)  # fmt: skip
describe(
    "/i/feedback/widgets/status", TAG, "Switch widgets on and off", app_id(),
    json("data", "Widget -> whether it is shown.", {"type": "object"}, required=True,
         example={"5f8c6f2e1b2c3d4e5f607185": False}),
    answer={"result": "Success"},
    errors={400: ["Nothing to update", "Invalid parameter 'data'"]},
)  # fmt: skip
describe(
    "/i/feedback/logo", TAG, "Upload the logo of a widget", app_id(), file("logo", "PNG, JPEG or GIF up to 1.5 MiB."),
    text("identifier", "Its name.", required=True, example="shop"),
    answer={"result": "shop.png"},
    errors={400: ["feedback.image-error", "feedback.imagee-error", "feedback.imagef-error"]},
)  # fmt: skip
describe(
    "/i/feedback/upload", TAG, "Upload the logo of all widgets", file("file", "PNG, JPEG or GIF up to 1.5 MiB."),
    text("name", "Its name.", required=True, example="logo"),
    answer={"result": "Success"},
    errors={400: ["feedback.image-error", "feedback.imagee-error", "feedback.imagef-error"]},
)  # fmt: skip
describe(
    "/i/feedback/input", TAG, "Take a rating from a form",
    text("app_key", "The application's key.", required=True),
    text("device_id", "Who rates.", required=True, example="d1"),
    text("events", "JSON text of a list with one event `[CLY]_star_rating`.", required=True,
         example='[{"key":"[CLY]_star_rating","count":1,"segmentation":{"rating":5}}]'),
    about="As `/i`, but without checksum, and for nothing else.",
    answer={"result": "Success"},
    errors={400: ["invalid_event_request", "App does not exist"]},
    is_for_sdks=True,
)  # fmt: skip
describe(
    "/o/feedback/data", TAG, "Ratings and comments", app_id(), PERIOD,
    text("widget_id", "Only those of the widget."), integer("rating", "Only those.", example=5),
    text("version", "Only those of the app version."), text("platform", "Only those of the platform."),
    text("device_id", "Only those of the device."), text("uid", "Only those of the user."),
    *table_parameters("rating", "comment", "email", "time"),
    answer={"iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [RATING]},
    schema={"type": "object", "required": ["iTotalRecords", "aaData"]},
    errors={400: ["Invalid column index for sorting"]},
)  # fmt: skip
describe(
    "/o/feedback/widgets", TAG, "Widgets of an application", app_id(),
    choice("is_active", "Only those that are shown, or are not.", ["true", "false"]),
    answer=[WIDGET], schema=list_of(ANY_WIDGET),
)  # fmt: skip
describe(
    "/o/feedback/widget", TAG, "A widget, as SDKs need it", WIDGET_ID, flag("nfd", "Count that it was shown."),
    answer=WIDGET, schema=ANY_WIDGET,
    errors={400: ['Missing parameter "widget_id"'], 404: ["Widget not found."]},
    is_for_sdks=True,
)  # fmt: skip
describe(
    "/o/feedback/multiple-widgets-by-id", TAG, "Some widgets, as SDKs need them",
    json("widgets", "At most 100 ids.", list_of(TEXT), required=True, example=["5f8c6f2e1b2c3d4e5f607185"]),
    answer=[WIDGET], schema=list_of(ANY_WIDGET),
    errors={400: ["You should provide widget ids array."]},
    is_for_sdks=True,
)  # fmt: skip
describe(
    "/o?method=star", TAG, "Platforms and versions that were rated", app_id(), PERIOD,
    answer={"Android": ["1:0"]}, schema={"type": "object", "additionalProperties": list_of(TEXT)},
    errors={400: ["Missing request parameter: period", "Bad request parameter: period"]},
)  # fmt: skip
describe(
    "/o/sdk?method=feedback", TAG, "Widgets that an SDK may show",
    text("app_key", "The application's key.", required=True),
    text("device_id", "Who asks.", required=True, example="d1"),
    about="Those that are on; those of a cohort for its members only.",
    answer={"result": [{"_id": "5f8c6f2e1b2c3d4e5f607185", "type": "rating", "name": "How do you like it?",
            "showPolicy": "afterPageLoad", "appearance": {"position": "mleft", "bg_color": "123456",
            "text_color": "FFFFFF", "text": "Feedback", "size": "m"}, "tg": ["/"], "wv": "1"}]},
    schema={"type": "object", "required": ["result"]},
    verbs=("get",),
    is_for_sdks=True,
    errors={400: ["App does not exist"]},
)  # fmt: skip
