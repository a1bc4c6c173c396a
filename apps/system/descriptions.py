from apps.plugin_api.descriptions import app_id, choice, describe, table_parameters, text

describe(
    "/o/ping",
    "System",
    "Whether the server can answer",
    about="For load balancers: asks the database and tells nothing else.",
    answer={"result": "Success"},
    errors={404: ["DB Error"]},
)
describe("/o/system/version", "System", "The version of the protocol", answer={"version": "25.03"})
describe(
    "/o/countly_version",
    "System",
    "Versions of the parts of the server",
    answer={
        "result": {
            "mongo": "8.0.0",
            "fs": [{"version": "0.1.0"}],
            "db": [{"version": "25.03", "updated": 1741775400000}],
            "pkg": "25.03.0",
        }
    },
)
JOB = {
    "_id": "api:topEvents", "name": "api:topEvents", "status": "SCHEDULED", "schedule": "1 0 * * *",
    "next": 1741824060000, "finished": 1741737660000, "total": 7, "rowId": "67d0f2c41b2c3d4e5f607182",
}  # fmt: skip
describe(
    "/o?method=jobs",
    "System",
    "Periodic work, or the runs of one job",
    app_id(),
    text("name", "The runs of this job; sorted then by schedule, next, finished, status, data, duration."),
    *table_parameters("name", "schedule", "next", "finished", "status", "total"),
    answer={"sEcho": "1", "iTotalRecords": 1, "iTotalDisplayRecords": 1, "aaData": [JOB]},
    schema={"type": "object", "required": ["aaData", "iTotalRecords"]},
)
describe(
    "/o?method=suspend_job",
    "System",
    "Suspend a job, or let it go on",
    app_id(),
    text("id", "`rowId` of the job.", required=True, example=JOB["rowId"]),
    choice("suspend", "Whether it rests.", ["true", "false"], required=True, example="true"),
    about="`result` says whether it was done.",
    answer={"result": True, "message": "Job suspended"},
)
