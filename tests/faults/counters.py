"""What the database says, added up by the simplest code that can: independent of the code that counts and reads."""

from collections import Counter

from pymongo.database import Database


def totals(database: Database, application_id: str) -> dict[str, float]:
    found: Counter[str] = Counter()
    for document in database.users.find({"a": application_id}):
        if document["m"].endswith(":0"):
            continue
        for day in document["d"].values():
            found["sessions"] += day.get("t", 0)
            found["new users"] += day.get("n", 0)
            found["seconds"] += day.get("d", 0)
    for document in database.events_data.find({"a": application_id, "s": "no-segment"}):
        if document["e"] == "all" or document["m"].endswith(":0"):
            continue
        for day in document["d"].values():
            found[f"{document['e']} count"] += day.get("c", 0)
            found[f"{document['e']} sum"] += round(day.get("s", 0) * 100)
    return {name: total for name, total in found.items() if total}


def totals_by_hour(database: Database, application_id: str) -> int:
    """Sessions again, from the hours: they must sum to the days."""
    return sum(
        hour.get("t", 0)
        for document in database.users.find({"a": application_id})
        if not document["m"].endswith(":0")
        for day in document["d"].values()
        for name, hour in day.items()
        if name.isdigit() and int(name) < 24 and isinstance(hour, dict)
    )


def totals_by_segment(database: Database, application_id: str) -> Counter[str]:
    """Counts of events again, from their segment: each event has exactly one value of `plan`."""
    found: Counter[str] = Counter()
    for document in database.events_data.find({"a": application_id, "s": "plan"}):
        for day in document["d"].values():
            for value in day.values():
                found[f"{document['e']} count"] += value.get("c", 0)
    return found


def totals_of_profiles(database: Database, application_id: str) -> dict[str, int]:
    profiles = list(database[f"app_users{application_id}"].find())
    return {
        "sessions": sum(profile.get("sc", 0) for profile in profiles),
        "seconds": sum(profile.get("tsd", 0) for profile in profiles),
        "new users": len(profiles),
    }
