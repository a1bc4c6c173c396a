from apps.plugin_api.descriptions import TEXT, choice, describe, integer, map_of, text

describe(
    "/o/errorlogs",
    "System",
    "Log files of the server",
    text("log", "Only this one.", example="web"),
    integer("bytes", "Only its last bytes.", example=1000),
    choice("download", "The whole file in place of JSON.", ["1"]),
    answer={"web": "2025-03-12 10:30:00 WARNING ...", "worker": ""},
    schema=map_of(TEXT),
)
describe(
    "/i/errorlogs",
    "System",
    "Empty a log file",
    text("log", "Which one.", required=True, example="web"),
    about="A file that does not exist is told with status 200, too: `Invalid log file`.",
    answer={"result": "Success"},
)
