"""German is complete. `make messages` brings the catalogs up to the sources; the new texts in them are empty."""

import pytest
from django.utils.translation import gettext, override, pgettext

from apps.system import translations


@pytest.mark.parametrize("name", [room.name for room in translations.rooms()])
def test_german_is_complete(name):
    room = next(room for room in translations.rooms() if room.name == name)

    assert list(translations.problems(room, "de")) == []


@pytest.mark.parametrize("name", [room.name for room in translations.rooms()])
def test_german_is_read_as_it_was_written(name):
    """Of two applications with the same text Django takes the first one's: such a text needs a context of its own."""
    room = next(room for room in translations.rooms() if room.name == name)
    written = {
        (message.context or "", message.id): message.string
        for message in translations.read(room.catalog_path("de"))
        if message.id and isinstance(message.id, str)
    }
    with override("de"):
        read = {key: pgettext(*key) if key[0] else gettext(key[1]) for key in written}

    assert {key: text for key, text in read.items() if text != written[key]} == {}
