import pytest

from apps.accounts import failed_logins, permission_groups, permissions
from apps.accounts.models import Member
from apps.accounts.permission_groups import Group
from apps.applications.lifecycle import create_application
from apps.plugin_api import audit
from tests.dashboard.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ADA = {
    "action": "save",
    "full_name": "Ada L",
    "username": "adal",
    "email": "AdaL@example.com",
    "password": "Given-Word-1",
}


@pytest.fixture
def admin(as_member, owner):
    return as_member(owner)


@pytest.fixture
def log():
    kept = []

    def keep(action, member, **_):
        kept.append((action, member.username))

    audit.action_recorded.connect(keep)
    yield kept
    audit.action_recorded.disconnect(keep)


def address(member):
    return f"/manage/members/{member.pk}"


def fields(member, **changes):
    return {
        "action": "save",
        "full_name": member.full_name,
        "username": member.username,
        "email": member.email,
        **changes,
    }


def fresh(member):
    return Member.objects.get(pk=member.pk)


@pytest.mark.parametrize("path", ["/manage/members", "/manage/members/new", "/manage/members/" + "0" * 24])
def test_pages_are_for_global_administrators(as_member, reader, outsider, path):
    assert as_member(None).get(path)["Location"] == f"/login?next={path}"
    for person in (reader, outsider):
        assert as_member(person).get(path).status_code == 403
        assert as_member(person).post(path, ADA).status_code in (403, 405)
    assert Member.objects.count() == 2


def test_list_shows_roles_and_can_be_narrowed(admin, owner, reader, outsider):
    shown = admin.get("/manage/members").content.decode()
    assert all(f'href="{address(member)}"' in shown for member in (owner, reader, outsider))
    assert reader.api_key not in shown

    narrowed = admin.get("/manage/members?role=none").content.decode()
    assert (address(outsider) in narrowed, address(reader) in narrowed) == (True, False)
    searched = admin.get("/manage/members?search=BOB@").content.decode()
    assert (address(outsider) in searched, address(reader) in searched) == (False, True)


def test_member_is_made_with_rights_and_invited(admin, application, mailbox, log):
    other = str(create_application("Other").pk)
    sent = {
        "admin_of": [other],
        "group-0-applications": [application.id],
        "group-0-r": ["core", "events"],
        "group-0-u-all": "1",
        "api_key": "x" * 32,
    }

    answer = admin.post("/manage/members/new", {**ADA, **sent})

    made = Member.objects.get(username="adal")
    everything = {"all": True, "allowed": {}}
    assert answer["Location"] == address(made)
    assert (made.email, made.password_changed, made.global_admin) == ("adal@example.com", 0, False)
    assert made.permission == {
        "_": {"a": [other], "u": [[application.id]]},
        "c": {other: everything, application.id: {"all": False, "allowed": {}}},
        "r": {other: everything, application.id: {"all": False, "allowed": {"core": True, "events": True}}},
        "u": {other: everything, application.id: everything},
        "d": {other: everything, application.id: {"all": False, "allowed": {}}},
    }
    assert made.api_key != "x" * 32
    assert [mail.to for mail in mailbox.mails] == [["adal@example.com"]]
    assert log == [("user_created", "ada")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": ""}, "A user name is needed."),
        ({"email": "x"}, "A valid e-mail is needed."),
        ({"username": "bob"}, "Somebody else has this user name or e-mail."),
        ({"email": "BOB@example.com"}, "Somebody else has this user name or e-mail."),
        ({"password": "short"}, "It needs at least 8 characters."),
        ({"password": ""}, "A password is needed."),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_sent(admin, application, reader, change, sentence):
    sent = {**ADA, **change, "group-0-applications": [application.id], "group-0-r": ["events"]}
    shown = admin.post("/manage/members/new", sent).content.decode()

    assert sentence in shown
    assert 'value="Ada L"' in shown
    assert 'name="group-0-r" value="events" checked' in shown
    assert "Given-Word-1" not in shown
    assert Member.objects.count() == 2


def test_saving_the_form_as_it_is_changes_no_right(admin, reader):
    shown = admin.get(address(reader)).content.decode()
    assert 'name="group-0-r-all" value="1" checked' in shown
    [application_id] = reader.permission["_"]["u"][0]

    admin.post(address(reader), fields(reader, **{"group-0-applications": application_id, "group-0-r-all": "1"}))

    changed = fresh(reader)
    assert permission_groups.groups_of(changed.permission) == permission_groups.groups_of(reader.permission)
    assert (changed.password, changed.global_admin) == (reader.password, False)


def test_rights_are_taken_away(admin, reader, application):
    admin.post(address(reader), fields(reader))

    assert not permissions.allows(fresh(reader).permission, "r", application.id, "core")


def test_new_password_must_be_changed_by_its_owner(admin, reader, mailbox):
    admin.post(address(reader), fields(reader, password="Given-Word-1", send_notification="1"))

    changed = fresh(reader)
    assert (changed.check_password("Given-Word-1"), changed.password_changed) == (True, 0)
    [mail] = mailbox.mails
    assert "Given-Word-1" not in mail.text


def test_member_is_locked_unlocked_freed_and_deleted(admin, as_member, reader, log):
    browser = as_member(reader)
    admin.post(address(reader), {"action": "lock"})
    assert (fresh(reader).locked, browser.get("/account").status_code) == (True, 302)
    admin.post(address(reader), {"action": "unlock"})
    for _ in range(3):
        failed_logins.count_attempt("bob")
    assert "banned" in admin.get("/manage/members").content.decode()
    admin.post(address(reader), {"action": "lift_ban"})
    assert failed_logins.banned_among([reader.username, reader.email]) == set()
    assert admin.post(address(reader), {"action": "delete"})["Location"] == "/manage/members"
    assert not Member.objects.filter(pk=reader.pk).exists()
    actions = ["user_updated", "user_updated", "failed_logins_reset", "user_deleted"]
    assert log == [(action, "ada") for action in actions]


def test_administrators_cannot_take_away_their_own_place(admin, owner):
    admin.post(address(owner), fields(owner))
    admin.post(address(owner), {"action": "lock"})
    admin.post(address(owner), {"action": "delete"})

    kept = fresh(owner)
    assert (kept.global_admin, kept.locked) == (True, False)


def test_unknown_member_is_not_there(admin):
    for member_id in ("0" * 24, "x", "%00"):
        assert admin.get(f"/manage/members/{member_id}").status_code == 404
        assert admin.post(f"/manage/members/{member_id}", {"action": "delete"}).status_code == 404


def test_script_in_names_is_text(admin, reader):
    admin.post(address(reader), fields(reader, full_name="<script>alert(1)</script>", username="'\"><img>"))

    for path in ("/manage/members", address(reader)):
        shown = admin.get(path).content.decode()
        assert "<script>alert(1)" not in shown
        assert '"><img>' not in shown
    assert fresh(reader).full_name == "<script>alert(1)</script>"
    assert fresh(reader).check_password(PASSWORD)


A, B, C = "a" * 24, "b" * 24, "c" * 24


def test_groups_are_read_as_they_were_made():
    groups = [
        Group((A, B), frozenset("r"), {"c": frozenset({"core"}), "r": frozenset(), "u": frozenset(), "d": frozenset()}),
        Group((C,), frozenset(), {"c": frozenset(), "r": frozenset({"core"}), "u": frozenset(), "d": frozenset()}),
    ]
    assert permission_groups.groups_of(permission_groups.permission_of([], groups)) == groups


def test_applications_of_one_group_with_different_rights_stand_apart():
    permission = permissions.empty()
    permission["_"]["u"] = [[A, B]]
    permission["r"] = {A: {"all": True, "allowed": {}}, B: {"all": False, "allowed": {"core": True}}}
    permission["r"][C] = {"all": True, "allowed": {}}

    assert [group.applications for group in permission_groups.groups_of(permission)] == [(A,), (B,), (C,)]


def test_what_a_member_did_is_one_click_away(admin, reader):
    assert 'href="/audit-log?q=bob%40example.com"' in admin.get(address(reader)).content.decode()
