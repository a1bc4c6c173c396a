from apps.plugin_api.descriptions import (
    TEXT,
    app_id,
    args,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    text,
)

TAG = "Reports"
ID = text("_id", "The report.", required=True, example="5f8c6f2e1b2c3d4e5f607186")
FIELDS = (
    text("title", "Its name.", example="Mondays"),
    text("report_type", "`core` for applications, `dashboards` for a dashboard.", example="core"),
    json("apps", "Applications.", list_of(TEXT), example=["5f8c6f2e1b2c3d4e5f607182"]),
    json("emails", "Recipients.", list_of(TEXT), example=["a@example.com"]),
    json(
        "metrics",
        "`analytics`, `events` and sections of plugins, such as `crash`, `views`, `push`, `star-rating`: true.",
        {"type": "object"},
    ),
    json("selectedEvents", "`<application>***<event>`; all when empty.", list_of(TEXT)),
    choice("frequency", "How often.", ["daily", "weekly", "monthly"]),
    text("timezone", "Of hour and day.", example="Europe/Berlin"),
    integer("day", "Of weekly reports: 1 Monday to 7 Sunday.", example=1),
    integer("hour", "0 to 23.", example=8),
    integer("minute", "0 to 59.", example=0),
    flag("sendPdf", "Attach a PDF."),
    text("dashboards", "Of reports of that type: the dashboard.", example="5f8c6f2e1b2c3d4e5f607187"),
    text("date_range", "Of reports about dashboards: the period, such as `30days`; else it follows from `frequency`."),
)
REPORT = {
    "_id": "5f8c6f2e1b2c3d4e5f607186", "title": "Mondays", "report_type": "core", "apps": ["5f8c6f2e1b2c3d4e5f607182"],
    "emails": ["a@example.com"], "metrics": {"analytics": True}, "frequency": "weekly", "timezone": "Europe/Berlin",
    "day": 1, "hour": 8, "minute": 0, "r_day": 1, "r_hour": 7, "r_minute": 0, "user": "5f8c6f2e1b2c3d4e5f607183",
    "isValid": True,
}  # fmt: skip
SUCCESS = {"result": "Success"}
BAD = {400: ["Invalid JSON in args", "Invalid or missing apps", "Invalid emails"],
       401: ["User does not have right to access this information"]}  # fmt: skip
ANY = {"type": "object"}

describe("/o/reports/all", TAG, "Reports", app_id(),
         about="The caller's, and those that he gets; for global administrators all.", answer=[REPORT],
         schema=list_of({"type": "object", "required": ["_id"]}))  # fmt: skip
describe("/i/reports/create", TAG, "Create a report", app_id(), args(*FIELDS), answer=SUCCESS, errors=BAD)
describe(
    "/i/reports/update", TAG, "Change a report", app_id(), args(ID, *FIELDS), answer=SUCCESS, schema=ANY, errors=BAD
)
describe("/i/reports/delete", TAG, "Delete a report", app_id(), args(ID), answer=SUCCESS, schema=ANY,
         errors={400: ["Invalid JSON in args"]})  # fmt: skip
describe("/i/reports/status", TAG, "Switch reports on and off", app_id(),
         json("args", "Report -> whether it is on.", ANY, required=True, example={"5f8c6f2e1b2c3d4e5f607186": False}),
         answer=SUCCESS, errors={400: ["Invalid JSON in args"]})  # fmt: skip
describe("/i/reports/send", TAG, "Send a report now", app_id(), args(ID), answer=SUCCESS, schema=ANY,
         about="Where it could not be sent, `result` says why.", errors={400: ["Invalid JSON in args"]})  # fmt: skip
describe("/i/reports/preview", TAG, "A report as a page", app_id(), args(ID), media_type="text/html", answer="<html>",
         errors={400: ["Invalid JSON in args"]})  # fmt: skip
describe("/i/reports/pdf", TAG, "A report as a PDF", app_id(), args(ID), media_type="application/pdf", answer="%PDF",
         errors={400: ["Invalid JSON in args"]})  # fmt: skip
