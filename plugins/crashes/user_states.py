"""Who had which group of crashes, while a batch is counted: a document per user and group, one for all groups. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from apps.aggregation.batchers import WriteBatcher
from apps.aggregation.values import stored_integer
from plugins.crashes import documents

UserKey = tuple[str, str]  # application id, uid
Group = str | int  # documents.EVERYTHING for all of them


class Entry:
    """What a user had of one group. `uid` is that of the document, which a merge in this batch will move later."""

    def __init__(self, uid: str, group: Group, stored: Mapping[str, Any] | None = None) -> None:
        self.uid = uid
        self.group = group
        self.document_id: Any = stored["_id"] if stored else documents.user_document(group, uid)
        self.is_stored = stored is not None
        self.is_gone = False
        self.reports = _number(stored, "reports")
        self.last = _number(stored, "last")
        self.sessions = _number(stored, "sessions")
        self.is_changed = False

    def write(self, collection: str, writes: WriteBatcher) -> None:
        if self.is_gone:
            writes.remove(collection, self.document_id)
        elif self.is_changed:
            fields = {"group": self.group, "uid": self.uid, "reports": self.reports, "last": self.last}
            writes.update(collection, self.document_id, {"$set": {**fields, "sessions": self.sessions}})


class Summary:
    """Of all groups together: how many different ones."""

    def __init__(self, uid: str, stored: Mapping[str, Any] | None = None) -> None:
        self.uid = uid
        self.document_id: Any = stored["_id"] if stored else documents.user_document(documents.EVERYTHING, uid)
        self.groups = _number(stored, "crashes")
        self.fatal = _number(stored, "fatal")
        self.added_groups = 0
        self.added_fatal = 0

    def add(self, amount: int, *, is_fatal: bool) -> None:
        self.groups += amount
        self.added_groups += amount
        if is_fatal:
            self.fatal += amount
            self.added_fatal += amount

    def write(self, collection: str, writes: WriteBatcher) -> None:
        if self.added_groups or self.added_fatal:
            identity = {"group": documents.EVERYTHING, "uid": self.uid}
            added = {"crashes": self.added_groups, "fatal": self.added_fatal}
            writes.update(collection, self.document_id, {"$set": identity, "$inc": added})


class UserStates:
    def __init__(self) -> None:
        self._entries: dict[UserKey, dict[Group, Entry]] = defaultdict(dict)
        self._summaries: dict[UserKey, Summary] = {}
        self._all_summaries: list[tuple[str, Summary]] = []  # also those that merges left behind

    def take(self, application_id: str, stored: Iterable[Mapping[str, Any]]) -> None:
        for document in stored:
            key = (application_id, str(document.get("uid")))
            group = document.get("group")
            if group == documents.EVERYTHING:
                self._keep_summary(key, Summary(key[1], document))
            elif isinstance(group, str):
                self._entries[key][group] = Entry(key[1], group, document)

    def groups(self, application_id: str) -> set[str]:
        """Of all the users of an application that are known here."""
        return {str(group) for key, entries in self._entries.items() if key[0] == application_id for group in entries}

    def of(self, key: UserKey) -> list[Entry]:
        return [entry for entry in self._entries[key].values() if not entry.is_gone]

    def entry(self, key: UserKey, group: str) -> Entry | None:
        found = self._entries[key].get(group)
        return None if found is None or found.is_gone else found

    def begin(self, key: UserKey, group: str) -> Entry:
        """Also once more, after it went in this batch: its document is used again."""
        entry = self._entries[key].setdefault(group, Entry(key[1], group))
        entry.is_gone = False
        entry.reports = entry.last = entry.sessions = 0
        return entry

    def summary(self, key: UserKey) -> Summary:
        found = self._summaries.get(key)
        return found or self._keep_summary(key, Summary(key[1]))

    def unite(self, application_id: str, from_uid: str, into_uid: str) -> None:
        """What is known of the one is known of the other from now on. The documents follow at the end of the batch:
        until then those of the old user are written under his id, so that no group seems to have two users."""
        old, new = (application_id, from_uid), (application_id, into_uid)
        for group, entry in self._entries[old].items():
            if self.entry(new, str(group)) is None:
                self._entries[new][group] = entry
        gone = self._summaries.pop(old, None)
        if gone is None:
            return
        kept = self._summaries.get(new)
        if kept is None or not kept.groups:
            self._summaries[new] = gone
        else:
            kept.groups += gone.groups
            kept.fatal += gone.fatal

    def _keep_summary(self, key: UserKey, summary: Summary) -> Summary:
        self._summaries[key] = summary
        self._all_summaries.append((key[0], summary))
        return summary

    def write(self, writes: WriteBatcher) -> None:
        for key, entries in self._entries.items():
            for entry in entries.values():
                entry.write(documents.users_collection(key[0]), writes)
        for application_id, summary in self._all_summaries:
            summary.write(documents.users_collection(application_id), writes)


def _number(stored: Mapping[str, Any] | None, field: str) -> int:
    return (stored_integer(stored.get(field)) or 0) if stored else 0
