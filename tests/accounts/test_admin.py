"""Every page of the members' admin, against the embedded server."""

import re

import pytest
from bson import ObjectId
from django.contrib.admin.models import LogEntry

from apps.accounts import members, password_resets, permissions
from apps.accounts.models import Member
from apps.applications import lookup
from apps.core import mongo
from tests.accounts.conftest import PASSWORD, person

pytestmark = pytest.mark.django_db

TAKEN = "Somebody else has this user name or e-mail."
LIST = "/admin/accounts/member/"


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def page(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode()


def listed(client, **query):
    """User names in the rows of the list, in order."""
    return re.findall(r'<th class="field-username"><a href="[^"]*">([^<]*)</a>', page(client, LIST, **query))


def form_of(member, **changes):
    fields = {"full_name": member.full_name, "username": member.username, "email": member.email, "new_password": ""}
    fields |= {"lang": member.lang or "", "administers": [], "reads": []}
    return {**fields, **changes}


def history(member):
    return [str(entry.get_change_message()) for entry in LogEntry.objects.filter(object_id=str(member.pk))]


def stored(member):
    return mongo.collection("members").find_one({"_id": member.pk})


def act(client, action, *chosen, **more):
    data = {"action": action, "_selected_action": [str(member.pk) for member in chosen], **more}
    return client.post(LIST, data, follow=True).content.decode()


@pytest.mark.parametrize("path", ["/admin/", LIST, LIST + "add/", "/admin/password_change/"])
def test_only_global_administrators_get_in(client, member, path):
    assert client.get(path)["Location"] == f"/admin/login/?next={path}"
    assert client.get(f"/admin/login/?next={path}")["Location"] == f"/login?next={path}"

    client.force_login(member)

    assert client.get(path)["Location"] == f"/admin/login/?next={path}"
    assert client.get(f"/admin/login/?next={path}").status_code == 403


def test_admin_login_cannot_be_used_to_guess(client, owner):
    answer = client.post("/admin/login/", {"username": "owner", "password": PASSWORD})

    assert answer["Location"] == "/login?next=/admin/"
    assert "_auth_user_id" not in client.session


def test_every_page_opens(as_owner, member, owner):
    for path in ("/admin/", "/admin/accounts/", LIST, LIST + "add/", "/admin/password_change/", "/admin/jsi18n/"):
        page(as_owner, path)
    for who in (owner, member):
        page(as_owner, f"{LIST}{who.pk}/change/")
        page(as_owner, f"{LIST}{who.pk}/history/")
    page(as_owner, f"{LIST}{member.pk}/delete/")
    assert as_owner.get(f"{LIST}{owner.pk}/delete/").status_code == 403
    assert as_owner.get(f"{LIST}{ObjectId()}/change/").status_code == 302
    assert as_owner.get(f"{LIST}nonsense/change/").status_code == 302


def test_pages_show_no_password_hash_and_run_no_inline_scripts(as_owner, member):
    for path in (LIST, LIST + "add/", f"{LIST}{member.pk}/change/"):
        html = page(as_owner, path)
        assert "argon2" not in html
        assert re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>", html) == []
        assert re.findall(r"\son\w+=", html) == []


def test_keys_of_members_are_shown_by_their_ends_only(as_owner, member, owner):
    for path in (LIST, f"{LIST}{member.pk}/change/"):
        html = page(as_owner, path)
        assert f"<code>{member.api_key[:4]}…{member.api_key[-4:]}</code>" in html
        assert member.api_key not in html
        assert owner.api_key not in html


def test_list_can_be_searched_filtered_and_sorted(as_owner, owner, member, outsider):
    members.set_locked([outsider], True)
    mongo.collection("members").update_one({"_id": member.pk}, {"$unset": {"locked": "", "global_admin": ""}})

    assert listed(as_owner) == ["member", "outsider", "owner"]
    assert listed(as_owner, o="-1") == ["owner", "outsider", "member"]
    assert listed(as_owner, q="MEMBER person") == ["member"]
    assert listed(as_owner, q="owner@") == ["owner"]
    assert listed(as_owner, q=".*") == []
    assert listed(as_owner, locked="yes") == ["outsider"]
    assert listed(as_owner, locked="no") == ["member", "owner"]
    assert listed(as_owner, global_admin="yes") == ["owner"]
    assert listed(as_owner, global_admin="no") == ["member", "outsider"]


def test_list_of_many_is_paged(as_owner):
    for number in range(105):
        mongo.collection("members").insert_one(
            {"username": f"m{number:03}", "email": f"m{number}@x.example", "api_key": f"{number:032}", "full_name": "M"}
        )

    assert listed(as_owner)[0] == "m000"
    assert len(listed(as_owner)) == 100
    assert listed(as_owner, p="2") == ["m100", "m101", "m102", "m103", "m104", "owner"]


def test_added_member_has_the_stored_layout(as_owner, application):
    other = lookup.by_id(str(mongo.collection("apps").insert_one({"name": "B", "key": "b"}).inserted_id))
    fields = {"full_name": "Ada", "username": "ada", "email": "Ada@Example.com", "new_password": PASSWORD}

    answer = as_owner.post(LIST + "add/", {**fields, "administers": [application.id], "reads": [other.id]})

    assert answer.status_code == 302, answer.context["errors"]
    ada = Member.objects.get(username="ada")
    assert stored(ada) == {
        "_id": ada.pk,
        "full_name": "Ada",
        "username": "ada",
        "email": "ada@example.com",
        "password": ada.password,
        "api_key": ada.api_key,
        "global_admin": False,
        "locked": False,
        "created_at": ada.created_at,
        "password_changed": 0,
        "permission": permissions.with_applications(None, {application.id}, {other.id}),
    }
    assert ada.check_password(PASSWORD)
    assert len(ada.api_key) == 32
    assert history(ada) == ["Added."]


@pytest.mark.parametrize(
    ("changes", "field", "errors"),
    [
        ({"username": "owner"}, "username", [TAKEN]),
        ({"email": "OWNER@example.com"}, "email", [TAKEN]),
        ({"new_password": "NoSymbol123"}, "new_password", ["It needs a symbol."]),
        ({"new_password": ""}, "new_password", ["This field is required."]),
        ({"email": "x"}, "email", ["Enter a valid email address."]),
        (
            {"reads": ["nonsense"]},
            "reads",
            ["Select a valid choice. nonsense is not one of the available choices."],
        ),
    ],
)
def test_what_cannot_be_used_is_refused(as_owner, changes, field, errors):
    fields = {"full_name": "Ada", "username": "ada", "email": "ada@example.com", "new_password": PASSWORD}

    answer = as_owner.post(LIST + "add/", {**fields, **changes})

    assert answer.context["adminform"].form.errors == {field: errors}
    assert Member.objects.count() == 1


def test_change_without_a_change_writes_nothing(as_owner, member, application):
    before = stored(member)

    answer = as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, reads=[application.id]))

    assert answer.status_code == 302
    assert stored(member) == before


def test_change_keeps_the_password_and_the_finer_rights(as_owner, member, application):
    before = stored(member)

    as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, full_name="New", lang="de", reads=[application.id]))

    assert stored(member) == {**before, "full_name": "New", "lang": "de"}


def test_rights_on_single_features_are_told_and_changed_on_the_dashboard(as_owner, member, application):
    path = f"{LIST}{member.pk}/change/"
    assert f'<a href="/manage/members/{member.pk}">' in page(as_owner, path)
    assert f"<li>{application.name}: read core</li>" in page(as_owner, path)
    letters = {letter: {application.id: {"all": False, "allowed": {}}} for letter in "crud"}
    letters["r"][application.id]["allowed"] = {"core": True, "events": True, "views": False}
    letters["c"][application.id] = {"all": True, "allowed": {"crashes": True}}
    permission = {"_": {"a": [], "u": [[application.id]]}, **letters}
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": {"permission": permission}})

    assert f"<li>{application.name}: read core, events</li>" in page(as_owner, path)


def test_rights_are_given_and_taken(as_owner, member, application):
    other = str(mongo.collection("apps").insert_one({"name": "B", "key": "b"}).inserted_id)

    as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, administers=[other]))
    assert stored(member)["permission"] == permissions.with_applications(None, {other}, set())

    as_owner.post(f"{LIST}{member.pk}/change/", form_of(member))
    assert stored(member)["permission"] == permissions.empty()


def test_new_password_of_somebody_else_is_theirs_to_change(as_owner, client, member):
    as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, new_password="Another-Horse-2"))

    changed = Member.objects.get(pk=member.pk)
    assert changed.check_password("Another-Horse-2")
    assert changed.password_changed == 0


def test_new_password_ends_logins_and_links(as_owner, owner, member):
    def ways_in(of):
        tokens = mongo.collection("auth_tokens").count_documents({"owner": str(of.pk)})
        return tokens, mongo.collection("password_reset").count_documents({"user_id": of.pk})

    for of in (owner, member):
        mongo.collection("auth_tokens").insert_one({"_id": of.username, "owner": str(of.pk), "purpose": "LoggedInAuth"})
        password_resets._new_link(of)

    as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, new_password="Another-Horse-2"))
    assert (ways_in(owner), ways_in(member)) == ((1, 1), (0, 0))

    new = {"old_password": PASSWORD, "new_password1": "Another-Horse-2", "new_password2": "Another-Horse-2"}
    as_owner.post("/admin/password_change/", new)
    assert ways_in(owner) == (0, 0)


def test_user_name_that_is_the_email_of_another_is_refused(as_owner, member, owner):
    page = as_owner.post(f"{LIST}{member.pk}/change/", form_of(member, username="Owner@example.com"))
    assert TAKEN in page.content.decode()
    assert stored(member)["username"] == "member"


def test_own_password_is_changed_under_the_policy(as_owner, owner):
    weak = {"old_password": PASSWORD, "new_password1": "weak", "new_password2": "weak"}
    assert "It needs an upper-case letter." in as_owner.post("/admin/password_change/", weak).content.decode()

    strong = {**weak, "new_password1": "Another-Horse-2", "new_password2": "Another-Horse-2"}
    assert as_owner.post("/admin/password_change/", strong)["Location"] == "/admin/password_change/done/"

    page(as_owner, "/admin/password_change/done/")
    assert Member.objects.get(pk=owner.pk).check_password("Another-Horse-2")


def test_nobody_locks_demotes_or_deletes_themselves(as_owner, owner):
    as_owner.post(f"{LIST}{owner.pk}/change/", form_of(owner, locked="on"))
    told = act(as_owner, "lock", owner)
    act(as_owner, "delete_selected", owner, post="yes")
    as_owner.post(f"{LIST}{owner.pk}/delete/", {"post": "yes"})

    assert "You cannot lock yourself." in told
    found = Member.objects.get(pk=owner.pk)
    assert (found.locked, found.global_admin) == (False, True)


def test_lock_and_unlock(as_owner, member, outsider):
    assert "Locked: member" in act(as_owner, "lock", member, outsider)
    assert (stored(member)["locked"], stored(outsider)["locked"]) == (True, True)

    act(as_owner, "unlock", outsider)

    assert (stored(member)["locked"], stored(outsider)["locked"]) == (True, False)
    assert history(outsider) == ["Unlocked.", "Locked."]
    assert "Locked." in page(as_owner, f"{LIST}{outsider.pk}/history/")
    page(as_owner, "/admin/")  # shows the recent actions


def test_api_key_is_reset_after_a_confirmation(as_owner, member):
    before = member.api_key

    asked = act(as_owner, "reset_api_key", member)
    assert "stop working at once" in asked
    assert stored(member)["api_key"] == before

    act(as_owner, "reset_api_key", member, confirmed="yes")
    assert re.fullmatch("[0-9a-f]{32}", stored(member)["api_key"])
    assert stored(member)["api_key"] != before
    assert history(member) == ["Reset the API key."]


def test_deleted_member_is_gone(as_owner, member, outsider):
    as_owner.post(f"{LIST}{member.pk}/delete/", {"post": "yes"})
    act(as_owner, "delete_selected", outsider, post="yes")

    assert [found.username for found in Member.objects.all()] == ["owner"]


def test_adopted_member_that_lacks_fields_can_be_opened_and_saved(as_owner):
    adopted = {"full_name": "Old", "username": "old", "email": "old@example.com", "api_key": "k" * 32, "user_of": ["x"]}
    _id = mongo.collection("members").insert_one(dict(adopted)).inserted_id
    old = Member.objects.get(pk=_id)

    assert "An older account" in page(as_owner, f"{LIST}{_id}/change/")
    as_owner.post(f"{LIST}{_id}/change/", form_of(old, full_name="Renamed"))

    assert stored(old) == {**adopted, "_id": _id, "full_name": "Renamed"}


def test_logout_leads_to_the_login(as_owner):
    assert as_owner.post("/admin/logout/")["Location"] == "/login"


def test_logging_in_leads_to_the_page_asked_for(client, owner):
    answer = client.post("/login", {"username": "owner", "password": PASSWORD, "next": LIST})

    assert answer["Location"] == LIST
    assert listed(client) == ["owner"]


def test_own_history_survives_the_deletion_of_others(as_owner, owner):
    other = person("other", global_admin=True)
    as_owner.post(f"{LIST}{other.pk}/delete/", {"post": "yes"})

    assert [entry.object_repr for entry in LogEntry.objects.filter(user=owner)] == ["other"]
