"""Which columns a member chose in which table: `members.tableColumns` is {screen: {id of the table: [keys]}}."""

from collections.abc import Mapping, Sequence

from apps.accounts.models import Member
from apps.core import mongo

FIELD = "tableColumns"

Chosen = Mapping[str, Sequence[str]]  # id of a table -> keys of its columns


def read(member: Member, screen: str) -> Chosen:
    """{} where the member has chosen nothing."""
    found = mongo.collection("members").find_one({"_id": member.pk}, {f"{FIELD}.{screen}": 1}) or {}
    tables = (found.get(FIELD) or {}).get(screen)
    if not isinstance(tables, dict):
        return {}
    return {table: [str(key) for key in keys] for table, keys in tables.items() if isinstance(keys, list)}


def write(member: Member, screen: str, table: str, columns: Sequence[str]) -> None:
    """None of them: the table has its own again. Names of screens and tables must be storable as fields."""
    path = f"{FIELD}.{screen}.{table}"
    change = {"$set": {path: list(columns)}} if columns else {"$unset": {path: ""}}
    mongo.collection("members").update_one({"_id": member.pk}, change)
