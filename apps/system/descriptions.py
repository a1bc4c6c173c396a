from apps.plugin_api.descriptions import describe

describe(
    "/o/ping",
    "System",
    "Whether the server can answer",
    about="For load balancers: asks the database and tells nothing else.",
    answer={"result": "Success"},
    errors={404: ["DB Error"]},
)
