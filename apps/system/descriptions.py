from apps.plugin_api.descriptions import (
    ANYTHING,
    app_id,
    choice,
    describe,
    json,
    list_of,
    map_of,
    table_parameters,
    text,
)
from apps.system.content_entries import CONTENTS

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
    "/o/system/pipeline",
    "System",
    "How receiving and counting are doing",
    about=(
        "For monitoring: how many requests wait, by shard, and for how many seconds; how many could not be counted; "
        "seconds since a worker did something; what was not counted in the last seven days, by reason."
    ),
    answer={
        "waiting": 3,
        "oldest": 0.4,
        "dead_letters": 0,
        "idle": 1.2,
        "shards": [{"shard": 0, "waiting": 3, "oldest": 0.4, "flushed": 1741775400000}],
        "dropped": {"Duplicate request": 12},
    },
    schema={"type": "object", "required": ["waiting", "oldest", "dead_letters", "idle", "shards", "dropped"]},
)
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
    answer={"result": True, "message": "Job suspended successfully"},
)
describe(
    "/o/themes",
    "System",
    "Themes of the dashboard",
    about="There is one, without a name: light or dark is the reader's choice.",
    answer=[""],
)
describe(
    "/o/email_test",
    "System",
    "Send a test mail to the caller",
    answer={"result": "OK"},
    errors={503: ["Failed"]},
)
CONTENT = choice("_id", "Which content.", CONTENTS, required=True, example="server-guides")
ENTRY = {"id": "1", "title": "First steps", "link": "https://example.com/guide"}
WRONG_CONTENT = "Missing or incorrect API _id parameter"
describe(
    "/o/cms/entries",
    "System",
    "Guides and the like, as they were saved",
    CONTENT,
    answer={"data": [ENTRY]},
    schema={"type": "object", "required": ["data"]},
    errors={400: [WRONG_CONTENT]},
)
describe(
    "/i/cms/save_entries",
    "System",
    "Save guides and the like",
    CONTENT,
    json("entries", "All of them; each has an `id`.", list_of(map_of(ANYTHING)), required=True, example=[ENTRY]),
    about="In place of what was there.",
    answer={"result": "Entries saved"},
    errors={400: [WRONG_CONTENT, "Invalid entries parameter"]},
)
describe("/i/cms/clear", "System", "Remove all guides and the like", answer={"result": "CMS cache cleared"})
