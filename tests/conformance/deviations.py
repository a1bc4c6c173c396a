"""Recorded answers that ours do not equal. Case -> number of the step (waits count) -> reason."""

DEVIATIONS: dict[str, dict[int, str]] = {
    "times-of-day/tables": {
        4: "hour and weekday of a request count for its events as JSON numbers too; the original takes texts only",
        5: "an event in the hour after midnight counts; the original takes the number 0 for not sent",
        7: "as in step 4",
    },
    "push/tokens": {
        22: "requests without a session show up in the month they came in; the original hides such a month",
    },
    "density/densities": {
        12: "seven values with equal numbers: which three come first is not defined",
    },
    "ingest/internal-events": {
        5: "the keys that this server counts; crashes come as a parameter, and nothing here is about language models",
    },
    "manage/configs": {
        1: "settings of features that exist; outgoing requests take no proxy, views have settings of their own",
    },
    "manage/users-create-and-read": {
        27: "the features of this server",
    },
    "ingest/duplicates": {
        14: "step 6 repeats step 1: the last 64 requests of a user are remembered, not only the last one",
        16: "requests without a session show up in the month they came in; the original hides such a month",
        17: "step 6 repeats step 1, as above",
    },
    "ingest/events-odd-segments": {
        29: "a segment value with a quotation mark has its row; the original looks it up escaped and loses it",
    },
    "ingest/location-parameters": dict.fromkeys(
        range(11, 18), "coordinates lead to the nearest city and its country; the recorded server could not look it up"
    ),
    "ingest/session-never-ended": {
        9: "a begin that closes an unfinished session starts the new one at 0 seconds; the original keeps the old sum",
        13: "as in step 9",
        14: "as in step 9: the original counts the seconds of the old session again in the bucket of the new one",
        15: "as in step 9",
    },
    "ingest/user-details-ignored": {
        5: "user details are kept, in the fields in which the paid edition keeps them",
    },
    "manage/apps-update": {
        7: "an application without a key could receive nothing; the original takes the key away",
        21: "as in step 7",
    },
    "manage/apps-reset": {
        27: "a period that is none is refused; the original says Success and removes nothing",
    },
    "manage/apps-create": {
        4: "Etc/UTC is a time zone; the original does not know it and takes its default, which shifts all days",
        15: "as in step 4",
    },
    "manage/app-users-export": {
        8: "a session without metrics tells no carrier, so the profile has none; texts of requests are a pair",
    },
    "logger/request-log": {
        11: "user details are processed, so there is no problem with them; a crash is logged without `undefined`",
    },
    "manage/event-delete": {
        **dict.fromkeys((6, 8, 17), "a deleted event takes its counters along; the original goes on with them"),
        **dict.fromkeys((11, 18), "and its segments, also when there is a dot in its key"),
    },
    "manage/users-home-settings": {
        3: "settings that cannot be read are refused; the original says Success and forgets them",
    },
    "manage/rights-core-read": {
        58: "who has no right reads that first; the original looks at the arguments",
    },
    "manage/rights-none": {
        58: "as in manage/rights-core-read",
    },
    "manage/rights-read-all": {
        58: "as in manage/rights-core-read",
    },
    "manage/system": {
        3: "the plugins of this server",
        6: "plugins have titles and names of their own",
        14: "keys that something here counts; those of the paid edition are none of them",
    },
    "read/analytics-tops": {
        8: "devices are shown under the name they report; there is no table of marketing names",
    },
}

#: What belongs to features that do not exist: the beginning of a path, or a method of `/o` or `/o/sdk`. A step that
#: asks for it is absent as long as it reads that there is no such path or method.
ABSENT: tuple[str, ...] = (
    *("/i/alert/", "/o/alert/"),
    "/o/consent/",
    *("/i/data-manager/", "/o/data-manager/"),
    *("/i/hook/", "/o/hook/"),
    *("/i/remote-config/", "/o?method=remote-config", "/o/sdk?method=rc"),
    *("/i/sdk-config/", "/o?method=sdks"),
    "/o/render",
)
