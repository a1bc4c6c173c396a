from apps.plugin_api.descriptions import TEXT, describe, flag, integer, map_of, text

TAG = "System"

describe(
    "/o/errorlogs",
    TAG,
    "Log files of the server's processes",
    text("log", "One of them; default: all.", example="web"),
    integer("bytes", "Length of the end that is shown.", example=10000),
    flag("download", "With `log`: the whole file."),
    about="Empty in containers, whose logs go to the console.",
    answer={"web": "2025-03-12 10:30:00 WARNING ..."},
    schema=map_of(TEXT),
)
describe(
    "/i/errorlogs",
    TAG,
    "Empty a log file",
    text("log", "Its name.", required=True, example="web"),
    about="A name that is none is told with status 200: `Invalid log file`.",
    answer={"result": "Success"},
)
