"""Notes for their owner, other members of the application and an outsider."""

import pytest
from bson import ObjectId

from apps.accounts import members, permissions
from apps.applications import removal
from apps.core import clock, mongo
from apps.notes import notes
from tests.accounts.calls import NO_RIGHT, SUCCESS, Caller
from tests.accounts.conftest import person

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
NOTE = {"note": "release", "ts": NOW_MS - 5, "noteType": "public", "color": 3}


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(NOW_MS):
        yield


def caller_with(client, application, name, letters):
    rights = {**permissions.empty()}
    for letter in letters:
        rights[letter] = {str(application.pk): {"all": False, "allowed": {"core": True}}}
    return Caller(client, person(name, permission=rights))


@pytest.fixture
def writer(client, shop):
    return caller_with(client, shop, "writer", "crd")


@pytest.fixture
def reader(client, shop):
    return caller_with(client, shop, "reader", "r")


@pytest.fixture
def shop_admin(client, shop):
    return Caller(client, person("keeper", permission=permissions.with_applications(None, {str(shop.pk)}, set())))


def stored():
    return list(mongo.collection("notes").find({}, sort=[("_id", 1)]))


def texts(caller, application, **parameters):
    wanted = {"app_id": str(application.pk), "period": f"[0,{NOW_MS}]", "notes_apps": f'["{application.pk}"]'}
    status, answer = caller.get("/o/notes", **{**wanted, **parameters})
    assert (status, answer["iTotalRecords"]) == (200, answer["iTotalDisplayRecords"])
    return [row["note"] for row in answer["aaData"]]


def save(caller, application, /, **fields):
    return caller.post("/i/notes/save", {**NOTE, **fields}, app_id=str(application.pk))


def test_a_note_is_stored_as_sent(writer, shop):
    assert save(writer, shop, emails=["A@Example.com "], category=True, owner="x", app_id="y") == SUCCESS

    note = stored()[0]
    assert note == {
        "_id": note["_id"],
        "app_id": str(shop.pk),
        "note": "release",
        "ts": NOW_MS - 5,
        "noteType": "public",
        "emails": ["a@example.com"],
        "color": 3,
        "category": True,
        "owner": note["owner"],
        "created_at": NOW_MS,
        "updated_at": NOW_MS,
        "indicator": "A",
    }


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"note": ""}, "Length of note is lower than min length value"),
        ({"note": "x" * 5001}, "Length of note is greater than max length value"),
        ({"ts": {"$gt": 0}}, "Invalid type for ts"),
        ({"color": True}, "Invalid type for color"),
        ({"emails": "x"}, "Invalid type for emails"),
        ({"emails": [{}]}, "Invalid type for emails"),
    ],
)
def test_wrong_fields_are_named(writer, shop, fields, error):
    assert save(writer, shop, **fields) == (400, {"result": f"Invalid note: {error}"})
    assert stored() == []


def test_a_private_note_is_its_owners_and_a_shared_one_theirs_whose_address_it_names(writer, reader, shop_admin, shop):
    save(writer, shop, note="public")
    save(writer, shop, note="private", noteType="private")
    save(writer, shop, note="for reader", noteType="shared", emails=["READER@example.com"])

    assert texts(writer, shop) == ["public", "private", "for reader"]
    assert texts(reader, shop) == ["public", "for reader"]
    assert texts(shop_admin, shop) == ["public"]


def test_nobody_sees_notes_of_an_application_they_may_not_read(admin, outsider, shop, other):
    save(admin, shop, note="of shop")
    save(admin, other, note="of other")

    both = f'["{shop.pk}","{other.pk}"]'
    assert sorted(texts(admin, other, notes_apps=both)) == ["of other", "of shop"]
    assert texts(outsider, other, notes_apps=both) == ["of other"]
    assert texts(outsider, other, notes_apps="[]") == ["of other"]
    asked = admin.get("/o/notes", app_id=str(other.pk), period=f"[0,{NOW_MS}]")[1]
    assert [note["note"] for note in asked["aaData"]] == ["of other"]
    assert outsider.get("/o/notes", app_id=str(shop.pk), period="[0,9]", notes_apps="[]") == NO_RIGHT
    assert outsider.get("/o", method="notes", app_id=str(shop.pk)) == NO_RIGHT


def test_only_its_owner_or_for_public_ones_the_administrator_changes_a_note(writer, shop_admin, admin, shop):
    save(admin, shop, note="public")
    save(admin, shop, note="private", noteType="private")
    public, private = (str(note["_id"]) for note in stored())

    assert save(writer, shop, note="hijacked", _id=public) == (403, {"result": "Not allow to edit note"})
    assert save(shop_admin, shop, note="edited", _id=public) == SUCCESS
    assert save(shop_admin, shop, note="hijacked", _id=private) == (403, {"result": "Not allow to edit note"})
    assert writer.post("/i/notes/delete", note_id=public, app_id=str(shop.pk)) == (
        403,
        {"result": "Not allow to delete this note"},
    )
    assert [note["note"] for note in stored()] == ["edited", "private"]
    assert shop_admin.post("/i/notes/delete", note_id=public, app_id=str(shop.pk)) == SUCCESS
    assert [note["note"] for note in stored()] == ["private"]


def test_a_note_is_not_reached_through_another_application(outsider, admin, shop, other):
    save(admin, shop)
    note_id = str(stored()[0]["_id"])

    assert save(outsider, other, note="hijacked", _id=note_id) == (403, {"result": "Not allow to edit note"})
    assert outsider.post("/i/notes/delete", note_id=note_id, app_id=str(other.pk))[0] == 403
    assert save(outsider, shop) == NO_RIGHT
    assert [note["note"] for note in stored()] == ["release"]


@pytest.mark.parametrize("note_id", ["", "x", "a" * 24, {"$ne": ""}])
def test_an_id_that_leads_nowhere_deletes_nothing(admin, shop, note_id):
    save(admin, shop)

    assert admin.post_json("/i/notes/delete", {"note_id": note_id, "app_id": str(shop.pk)})[0] == 403
    assert len(stored()) == 1


def test_notes_are_found_sorted_and_paged(admin, shop):
    for number, kind in enumerate(["private", "public", "nonsense"]):
        save(admin, shop, note=f"Note {number} (a.b)", ts=NOW_MS - number, noteType=kind)

    assert texts(admin, shop, iSortCol_0="2", sSortDir_0="asc")[0] == "Note 2 (a.b)"
    assert texts(admin, shop, iSortCol_0="3", sSortDir_0="asc")[0] == "Note 2 (a.b)"
    assert texts(admin, shop, sSearch="note 1 (A.B)") == ["Note 1 (a.b)"]
    assert texts(admin, shop, sSearch=".*") == []
    assert texts(admin, shop, note_type="public") == ["Note 1 (a.b)"]
    assert texts(admin, shop, period=f"[{NOW_MS - 1},{NOW_MS}]", sSortDir_0="desc") == ["Note 0 (a.b)", "Note 1 (a.b)"]
    page = admin.get(
        "/o/notes",
        app_id=str(shop.pk),
        period=f"[0,{NOW_MS}]",
        notes_apps=f'["{shop.pk}"]',
        iDisplayStart="1",
        iDisplayLength="1",
        sEcho="4",
    )[1]
    assert ([row["note"] for row in page["aaData"]], page["iTotalRecords"], page["sEcho"]) == (["Note 1 (a.b)"], 3, "4")


@pytest.mark.parametrize("period", ["[1e400,2]", "[NaN,1]", "x", '{"$gt":1}', f"[0,{10**400}]", ""])
def test_any_period_is_answered(admin, shop, period):
    assert admin.get("/o/notes", app_id=str(shop.pk), period=period, notes_apps="[]")[0] == 200


def test_letters_go_on():
    assert [notes.next_indicator(letter) for letter in (None, "A", "Z", "AZ", "ZZ", 3)] == [
        "A",
        "B",
        "AA",
        "BA",
        "AAA",
        "A",
    ]


def test_notes_go_with_their_application_only(admin, shop, other):
    save(admin, shop)
    save(admin, other)

    removal.reset_application(shop, removal.RESET)
    assert len(stored()) == 2
    removal.delete_application(shop)

    assert [note["app_id"] for note in stored()] == [str(other.pk)]


def test_a_note_of_a_member_who_is_gone_is_still_shown(admin, shop):
    save(admin, shop)
    mongo.collection("notes").update_one({}, {"$set": {"owner": str(ObjectId())}})

    assert texts(admin, shop) == ["release"]
    assert (
        admin.get("/o/notes/x", app_id=str(shop.pk), period=f"[0,{NOW_MS}]", notes_apps=f'["{shop.pk}"]')[1]["aaData"][
            0
        ]["owner_name"]
        == ""
    )


def test_private_notes_go_with_their_owner(admin, shop):
    writer = person("leaving", permission=permissions.with_applications(None, {str(shop.pk)}, set()))
    for note_type in ("private", "shared", "public"):
        fields = {**NOTE, "noteType": note_type}
        Caller(admin.client, writer).post("/i/notes/save", fields, app_id=str(shop.pk))
    assert mongo.collection("notes").count_documents({}) == 3

    members.delete_member(writer)

    assert sorted(note["noteType"] for note in mongo.collection("notes").find({})) == ["public", "shared"]


def test_other_paths_say_what_there_is(admin, shop):
    for path in ("/i/notes", "/i/notes/nothing"):
        assert admin.post(path, NOTE, app_id=str(shop.pk)) == (
            400,
            {"result": "Invalid path, must be one of /save or /delete"},
        )
    assert save(admin, shop, _id="x" * 25)[0] == 400
    assert admin.post("/i/notes/save", NOTE) == (400, {"result": 'Missing parameter "app_id"'})
