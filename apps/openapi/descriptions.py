from apps.plugin_api.descriptions import ANYTHING, choice, describe

describe(
    "/api/schema",
    "System",
    "This description",
    choice("format", "Wins over the header `Accept`.", ["json", "yaml"]),
    about="OpenAPI 3.1, as JSON or YAML.",
    schema=ANYTHING,
)
describe("/api/docs", "System", "This description, to try out", media_type="text/html", answer="<!doctype html>")
describe("/api/redoc", "System", "This description, to read", media_type="text/html", answer="<!doctype html>")
