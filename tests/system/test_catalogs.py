"""German is complete. `make messages` brings the catalogs up to the sources; the new texts in them are empty."""

import pytest

from apps.system import translations


@pytest.mark.parametrize("name", [room.name for room in translations.rooms()])
def test_german_is_complete(name):
    room = next(room for room in translations.rooms() if room.name == name)

    assert list(translations.problems(room, "de")) == []
