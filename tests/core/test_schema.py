import pytest

from apps.core import mongo, schema


@pytest.mark.django_db
def test_ensure_global_makes_registered_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_global", {"probe": []})

    schema.ensure_global()
    schema.ensure_global()

    assert "probe" in mongo.database().list_collection_names()
