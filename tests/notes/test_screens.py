"""The screen of notes: readers see what they may, writers keep their own."""

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.core import clock, mongo
from apps.notes import notes
from tests.accounts.conftest import person

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
FORM = {"action": "save", "note": "Release <3>", "at": "2025-03-12T10:30", "type": "public", "color": "2"}


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_MS):
        yield


def browser(application, name, letters):
    rights = permissions.empty()
    for letter in letters:
        rights[letter] = {str(application.pk): {"all": False, "allowed": {"core": True}}}
    client = Client()
    client.force_login(person(name, permission=rights))
    return client


def address(application):
    return f"/applications/{application.pk}/notes"


def stored():
    return list(mongo.collection("notes").find({}))


def test_a_note_is_written_changed_and_deleted(shop):
    writer, reader = browser(shop, "writer", "crd"), browser(shop, "reader", "r")

    assert writer.post(address(shop), {**FORM, "emails": "A@b.example, c@d.example"}).status_code == 302
    note = stored()[0]
    assert (note["note"], note["ts"], note["emails"], note["color"]) == (
        "Release <3>",
        1_741_771_800_000,  # 10:30 in Berlin
        ["a@b.example", "c@d.example"],
        2,
    )
    note_id = str(note["_id"])
    page = reader.get(address(shop)).text
    assert ("Release &lt;3&gt;" in page, 'name="action"' in page) == (True, False)
    assert "Change the note" in writer.get(address(shop), {"note": note_id}).text

    writer.post(address(shop), {**FORM, "id": note_id, "note": "Other", "type": "private"})
    assert [one["note"] for one in stored()] == ["Other"]
    assert "Other" not in reader.get(address(shop)).text
    for action in ("save", "delete"):
        assert reader.post(address(shop), {**FORM, "action": action, "id": note_id}).status_code == 403
    writer.post(address(shop), {"action": "delete", "id": note_id})
    assert stored() == []


def test_notes_are_filtered_by_who_sees_them_and_by_color(shop):
    writer = browser(shop, "writer", "crd")
    for note, kind, color in (("Launch", "public", "2"), ("Idea", "private", "7")):
        writer.post(address(shop), {**FORM, "note": note, "type": kind, "color": color})

    def shown(**query):
        page = writer.get(address(shop), query).text.split('id="table"')[1]
        return ["Launch" in page, "Idea" in page]

    assert shown() == [True, True]
    assert (shown(type="public"), shown(type="private"), shown(type="shared")) == (
        [True, False], [False, True], [False, False],
    )  # fmt: skip
    assert (shown(color="2"), shown(color="7"), shown(color="3")) == ([True, False], [False, True], [True, True])
    assert '<span class="mark color-1">' in writer.get(address(shop)).text


def test_notes_of_others_stay_as_they_are(shop, other, owner):
    notes.save({**FORM, "ts": NOW_MS, "noteType": "public", "emails": [], "category": None}, str(shop.pk), owner)
    note_id = str(stored()[0]["_id"])
    writer, stranger = browser(shop, "writer", "crd"), browser(other, "stranger", "crd")

    for client, place in ((writer, shop), (stranger, other)):
        page = client.post(address(place), {**FORM, "id": note_id, "note": "hijacked"}, follow=True).text
        assert "somebody else" in page
        client.post(address(place), {"action": "delete", "id": note_id})
    assert stranger.get(address(shop)).status_code == 404
    assert [one["note"] for one in stored()] == ["Release <3>"]


@pytest.mark.parametrize("wrong", [{"at": "never"}, {"type": "nonsense"}, {"note": " "}, {"color": "red"}])
def test_what_is_missing_is_said(shop, wrong):
    page = browser(shop, "writer", "crd").post(address(shop), {**FORM, **wrong}, follow=True)

    assert (page.status_code, "toast error" in page.text) == (200, True)
    assert stored() == []
