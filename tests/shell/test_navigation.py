"""The sidebar, the tabs and the palette show to each member what he may open, and nothing else."""

import pytest
from django.urls import reverse

from apps.accounts import access, permissions
from apps.accounts.members import create_member
from apps.accounts.models import Member
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.applications.lookup import by_id
from apps.core import mongo
from apps.plugin_api.menu import MENU, MenuEntry
from apps.shell import navigation
from apps.shell.checks import check_menu


@pytest.fixture
def application(db) -> ApplicationInfo:
    return by_id(str(create_application("Shop", timezone="UTC", type="web").pk))


def member_who_reads(application, *features):
    permission = permissions.empty()
    permission["r"][application.id] = {"all": not features, "allowed": dict.fromkeys(features, True)}
    name = f"reader{len(features)}"
    return create_member(
        full_name=name, username=name, email=f"{name}@example.com", password="Correct-horse-1", permission=permission
    )


def titles(sections) -> dict[str, list[str]]:
    return {section.name: [link.name for link in section.links] for section in sections}


def test_members_see_the_sections_of_features_that_they_may_read(application):
    found = titles(navigation.sections(member_who_reads(application, "events"), application))
    assert "events" in found["understand"]
    assert "sessions" not in found["understand"]
    assert "home" not in found


def test_entries_of_other_types_of_application_stay_hidden(application):
    reader = member_who_reads(application)
    tabs = [tab.name for tab in navigation.tabs("technology", reader, application)]
    assert "technology_carriers" not in tabs
    assert tabs[0] == "technology"


def test_screens_that_an_account_hides_are_not_in_the_menu_and_lead_home(application, client):
    reader = member_who_reads(application)
    reader.restrict = ["#/analytics/sessions", "#/custom"]
    reader.app_restrict = {application.id: ["#/analytics/events"], "64b0c0de64b0c0de64b0c0de": ["#/analytics/geo"]}
    reader.save()
    client.force_login(reader)

    found = titles(navigation.sections(reader, application))
    assert not {"sessions", "dashboards", "events"} & {name for names in found.values() for name in names}
    assert {"users", "geo"} <= set(found["understand"])
    for hidden in ("sessions", "session_durations", "events"):
        answer = client.get(reverse(hidden, args=[application.id]))
        assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert client.get(reverse("users", args=[application.id])).status_code == 200


@pytest.mark.parametrize(
    ("listed", "address", "is_hidden"),
    [
        ("#/manage/db", "#/manage/db", True),
        ("#/manage", "#/manage/db", True),
        ("#/manage/", "#/manage/db", True),
        ("#/manage/d", "#/manage/db", False),
        ("#/manage/db", "#/manage", False),
        ("", "#/manage/db", False),
        (7, "#/manage/db", False),
    ],
)
def test_address_hides_itself_and_what_is_below_it(listed, address, is_hidden):
    assert access.is_hidden(Member(restrict=[listed]), "", address) is is_hidden
    assert access.is_hidden(Member(app_restrict={"a": [listed]}), "a", address) is is_hidden
    assert not access.is_hidden(Member(app_restrict={"a": [listed]}), "b", address)
    assert not access.is_hidden(Member(restrict=[listed], global_admin=True), "", address)


def test_tab_marks_itself_and_the_sidebar_marks_its_parent(application):
    reader = member_who_reads(application)
    tabs = navigation.tabs("session_durations", reader, application)
    assert [(tab.title, tab.is_current) for tab in tabs][:2] == [("Overview", False), ("Durations", True)]
    links = [
        link
        for section in navigation.sections(reader, application, current="session_durations")
        for link in section.links
    ]
    assert [link.name for link in links if link.is_current] == ["sessions"]


def test_screen_without_relatives_has_no_tabs(application):
    reader = member_who_reads(application)
    assert navigation.tabs("connect", reader, application) == navigation.tabs("nobody", reader, application) == []


@pytest.fixture
def broken_entry():
    MENU.register("broken", MenuEntry("Broken", "no_such_view", "nowhere", "home", parent="missing"), plugin="test")
    MENU.register("lost", MenuEntry("Lost", "no_such_view", "understand", "home"), plugin="test")
    yield
    MENU.withdraw("test")


def test_entry_that_leads_nowhere_is_told_at_start_and_left_out(application, broken_entry, caplog):
    assert sorted(problem.id for problem in check_menu()) == ["shell.E001", "shell.E001", "shell.E002", "shell.E003"]
    found = titles(navigation.sections(member_who_reads(application), application))
    assert "lost" not in found["understand"]
    assert "the menu entry lost leads nowhere" in caplog.text


# The palette ---------------------------------------------------------------------------------------------------------
def test_palette_lists_only_what_the_member_may_open(application, client):
    other = create_application("Secret")
    client.force_login(member_who_reads(application, "core"))
    page = client.get(reverse("palette"), {"application": application.id}).content.decode()
    assert reverse("sessions", args=[application.id]) in page
    assert reverse("events", args=[application.id]) not in page
    assert "Secret" not in page
    foreign = client.get(reverse("palette"), {"application": str(other.pk)}).content.decode()
    assert str(other.pk) not in foreign


def test_palette_leads_to_settings_and_dashboards_of_who_may_open_them(application, client):
    admin = create_member(
        full_name="Ada", username="ada", email="ada@example.com", password="Correct-horse-1", global_admin=True
    )
    mine = {"name": "Launch <week>", "owner_id": str(admin.pk), "share_with": "none", "widgets": []}
    board = mongo.collection("dashboards").insert_one(mine).inserted_id
    client.force_login(admin)
    page = client.get(reverse("palette"), {"application": application.id}).content.decode()
    assert 'href="/manage/settings#api-event_limit"' in page
    assert f'href="/applications/{application.id}/dashboards/{board}"' in page
    assert "Launch &lt;week&gt;" in page
    assert 'id="api-event_limit"' in client.get("/manage/settings").content.decode()
    assert str(board) not in client.get(reverse("palette")).content.decode()

    client.force_login(member_who_reads(application, "core"))
    page = client.get(reverse("palette"), {"application": application.id}).content.decode()
    assert "/manage/settings" not in page
    assert str(board) not in page


def test_palette_is_for_members(db, client):
    assert client.get(reverse("palette")).url == "/login?next=/palette"
