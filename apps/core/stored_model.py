"""Django models over collections that Countly wrote first, or that other code of ours writes beside the ORM."""

import copy
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.http import Http404
from django_mongodb_backend.query import wrap_database_errors

from apps.core import mongo

_ABSENT = object()

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field  # generic for the type checker only


class StoredValueField(AnyField):
    """An array or an object of any shape, given and stored as MongoDB has it: ObjectIds and dates included."""

    def db_type(self, connection: Any) -> str:
        return "object"

    def get_internal_type(self) -> str:
        return "StoredValueField"


class Gone(Http404):
    """What was to be saved was deleted in the meantime: whoever asked for it hears that it is not there."""


class StoredModel(models.Model):
    """Leaves in the document what it did not change.

    - A nullable field that is None is absent from the document: not written on insert, removed on update.
    - Saving a loaded object writes only the fields that differ from what was loaded. So counters that others increment
      (`apps.seq`) are not set back, and a document that lacks a field is not filled up.
    - False or "" in place of an absent field is no change: forms have no other word for it.
    - Fields that the model does not name stay as they are.
    - A loaded object whose document is gone is not written again: saving it raises Gone.
    """

    _loaded: dict[str, Any]

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._loaded = {}

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._remember()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        instance._remember()
        return instance

    @classmethod
    def read_one(cls, name: str, value: Any) -> Self | None:
        """An object whose field of this name has the value: what `objects.filter(...).first()` finds, in a fraction of
        the time, most of which Django spends on translating the query. For what every request asks."""
        columns = {field.attname: str(field.column) for field in cls._meta.concrete_fields}
        session = connection.session  # type: ignore[attr-defined]  # of the MongoDB backend
        document = mongo.collection(cls._meta.db_table).find_one({columns[name]: {"$eq": value}}, session=session)
        if document is None:
            return None
        return cls.from_db(connection.alias, list(columns), [document.get(column) for column in columns.values()])

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def _is_changed(self, name: str, value: Any) -> bool:
        loaded = self._loaded.get(name, _ABSENT)
        if loaded is None and (value is False or value == ""):
            return False
        return bool(loaded != value)

    def _remember(self) -> None:
        known = (field.attname for field in self._meta.concrete_fields if field.attname in self.__dict__)
        self._loaded = {name: copy.deepcopy(self.__dict__[name]) for name in known}

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any) -> Any:
        present = [field for field in fields if not (field.null and getattr(self, field.attname) is None)]
        return super()._do_insert(manager, using, present, returning_fields, raw)  # type: ignore[misc]  # not in stubs

    @wrap_database_errors  # type: ignore[untyped-decorator]  # the backend has no types
    def _do_update(
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: Any
    ) -> bool:
        changed = [(field, value) for field, _, value in values if self._is_changed(field.attname, value)]
        if not changed:
            return self._was_found(base_qs.filter(pk=pk_val).exists())
        update: dict[str, dict[str, Any]] = {}
        for field, value in changed:
            operator = "$unset" if value is None else "$set"
            update.setdefault(operator, {})[field.column] = field.get_db_prep_save(value, connection=connection)
        collection = mongo.collection(self._meta.db_table)
        session = connection.session  # type: ignore[attr-defined]  # of the MongoDB backend
        return self._was_found(collection.update_one({"_id": pk_val}, update, session=session).matched_count > 0)

    def _was_found(self, is_there: bool) -> bool:
        """What is not there is inserted by Django, unless it was there when it was loaded."""
        if not is_there and not self._state.adding:
            raise Gone(f"The {self._meta.verbose_name} was deleted in the meantime")
        return is_there
