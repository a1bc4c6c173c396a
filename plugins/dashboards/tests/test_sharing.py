from typing import Any

import pytest

from apps.accounts import members
from apps.core import mongo
from apps.plugin_api import audit, configuration, states
from plugins.dashboards.tests.people import reader_of
from tests.smtp import Mailbox
from tests.traffic import Traffic

ACCESS = {"error": True, "dashboard_access_denied": True}
EDIT = {"error": True, "edit_access_denied": True}
UNCHANGED = {
    "acknowledged": True,
    "modifiedCount": 0,
    "upsertedId": None,
    "upsertedCount": 0,
    "matchedCount": 0,
    "result": {"ok": True, "nModified": 0},
}
NOTE = {"widget_type": "note", "apps": [], "contenthtml": "Hello"}


@pytest.fixture
def people(traffic: Traffic) -> dict[str, str]:
    """Name -> API key."""
    names = ("owner", "editor", "looker", "outsider")
    return {name: reader_of(name, traffic.application.id).api_key for name in names}


@pytest.fixture
def board(traffic: Traffic, people: dict[str, str]) -> str:
    answer: str = traffic.read(
        "/i/dashboards/create",
        api_key=people["owner"],
        name="Board",
        share_with="selected-users",
        shared_email_edit=["EDITOR@example.com"],
        shared_email_view=["looker@example.com"],
    )
    return answer


def test_who_may_see_change_and_delete(traffic: Traffic, people: dict[str, str], board: str) -> None:
    widget = traffic.read("/i/dashboards/add-widget", api_key=people["owner"], dashboard_id=board, widget=NOTE)

    def ask(who: str, path: str, **more: Any) -> Any:
        return traffic.ask(path, api_key=people[who], dashboard_id=board, **more)[1]

    def sees(name: str) -> list[bool]:
        shown = ask(name, "/o/dashboards")
        listed = [one["_id"] for one in traffic.read("/o/dashboards/all", api_key=people[name])]
        assert (shown == ACCESS) is (board not in listed)
        reads = [
            ask(name, "/o/dashboards/widget-layout"),
            ask(name, "/o/dashboard/data", widget_id=widget),
            ask(name, "/o/dashboards/widget", widget_id=widget),
        ]
        return [shown != ACCESS, *(read != ACCESS for read in reads)]

    assert {name: sees(name) for name in people} == {
        "owner": [True] * 4,
        "editor": [True] * 4,
        "looker": [True] * 4,
        "outsider": [False] * 4,
    }
    shown = ask("looker", "/o/dashboards")
    assert not [name for name in shown if name.startswith("shared_")]
    assert (shown["is_editable"], ask("editor", "/o/dashboards")["is_editable"]) == (False, True)
    assert [one["username"] for one in ask("owner", "/o/dashboards")["shared_with_edit_info"]] == ["editor"]

    for name, denied in {"looker": EDIT, "outsider": ACCESS}.items():
        assert ask(name, "/i/dashboards/add-widget", widget=NOTE) == denied
        assert ask(name, "/i/dashboards/update-widget", widget_id=widget, widget={"title": "x"}) == denied
        assert ask(name, "/i/dashboards/remove-widget", widget_id=widget) == denied
    for name in ("editor", "looker", "outsider"):
        assert ask(name, "/i/dashboards/update", name="Mine", share_with="all-users") == UNCHANGED
        assert ask(name, "/i/dashboards/delete") == ACCESS
    assert ask("editor", "/i/dashboards/update-widget", widget_id=widget, widget={"title": "x"}) == {
        "result": "Success"
    }
    assert ask("owner", "/i/dashboards/delete") == {"acknowledged": True, "deletedCount": 1}
    assert mongo.collection("widgets").count_documents({}) == 0


def test_a_widget_of_another_dashboard_is_out_of_reach(traffic: Traffic, people: dict[str, str], board: str) -> None:
    theirs = traffic.read("/i/dashboards/create", api_key=people["outsider"], name="Other", share_with="none")
    widget = traffic.read("/i/dashboards/add-widget", api_key=people["outsider"], dashboard_id=theirs, widget=NOTE)
    before = mongo.collection("widgets").find_one({})

    sentence = {"result": "Such dashboard and widget combination does not exist."}
    for path, status in {
        "/i/dashboards/update-widget": 400,
        "/i/dashboards/remove-widget": 400,
        "/o/dashboards/widget": 404,
        "/o/dashboard/data": 404,
    }.items():
        asked = {"dashboard_id": board, "widget_id": widget, "widget": {"title": "taken"}}
        assert traffic.ask(path, api_key=people["owner"], **asked) == (status, sentence)
    assert mongo.collection("widgets").find_one({}) == before


def test_a_copy_holds_the_widgets_and_only_of_what_one_may_see(
    traffic: Traffic, people: dict[str, str], board: str
) -> None:
    traffic.read("/i/dashboards/add-widget", api_key=people["owner"], dashboard_id=board, widget=NOTE)
    copied = {"name": "Copy", "share_with": "none", "copy_dash_id": board}

    assert traffic.ask("/i/dashboards/create", api_key=people["outsider"], **copied) == (200, ACCESS)
    copy = traffic.read("/i/dashboards/create", api_key=people["looker"], **copied)
    shown = traffic.read("/o/dashboards", api_key=people["looker"], dashboard_id=copy)
    assert [one["dashData"] for one in shown["widgets"]] == [{"isValid": True, "data": "Hello"}]
    assert mongo.collection("widgets").count_documents({}) == 2


def test_sharing_can_be_switched_off(traffic: Traffic, people: dict[str, str], board: str) -> None:
    public = {"name": "Public", "share_with": "all-users"}
    shared = traffic.read("/i/dashboards/create", api_key=people["owner"], **public)
    assert "error" not in traffic.read("/o/dashboards", api_key=people["outsider"], dashboard_id=shared)

    configuration.write("dashboards", {"allow_public_dashboards": False, "sharing_status": False})
    assert traffic.read("/o/dashboards", api_key=people["outsider"], dashboard_id=shared) == ACCESS
    assert traffic.ask("/i/dashboards/create", **public) == (400, {"result": "Public dashboards are disabled"})
    asked = {"name": "Shared", "share_with": "selected-users"}
    denied = {"error": True, "sharing_denied": True}
    assert traffic.read("/i/dashboards/create", api_key=people["owner"], **asked) == denied
    assert isinstance(traffic.read("/i/dashboards/create", **asked), str)


def test_members_are_told_by_mail_once(traffic: Traffic, people: dict[str, str], board: str, mailbox: Mailbox) -> None:
    asked = {
        "dashboard_id": board,
        "name": "Board",
        "share_with": "selected-users",
        "shared_email_view": ["looker@example.com", "outsider@example.com", "stranger@example.com"],
        "send_email_invitation": "true",
    }
    traffic.read("/i/dashboards/update", api_key=people["owner"], **asked)
    assert [(received.to, received.subject) for received in mailbox.mails] == [
        (["outsider@example.com"], "The owner shared the dashboard Board with you")
    ]
    assert mailbox.mails[0].link("/dashboards/") == f"/dashboards/{board}"


def test_what_people_did_is_told(traffic: Traffic, people: dict[str, str]) -> None:
    told = []
    audit.action_recorded.connect(
        lambda **told_of: told.append((told_of["action"], told_of["member"].username)), weak=False, dispatch_uid="test"
    )
    try:
        key = people["owner"]
        board = traffic.read("/i/dashboards/create", api_key=key, name="Board", share_with="none")
        asked: dict[str, Any] = {"api_key": key, "dashboard_id": board}
        widget = traffic.read("/i/dashboards/add-widget", **asked, widget=NOTE)
        traffic.read("/i/dashboards/update-widget", **asked, widget_id=widget, widget={"title": "x"})
        traffic.read("/i/dashboards/remove-widget", **asked, widget_id=widget)
        traffic.read("/i/dashboards/update", **asked, name="New", share_with="none")
        traffic.read("/i/dashboards/delete", **asked)
    finally:
        audit.action_recorded.disconnect(dispatch_uid="test")
    names = ("dashboard_added", "widget_added", "widget_edited", "widget_deleted", "dashboard_edited")
    assert told == [(name, "owner") for name in (*names, "dashboard_deleted")]


def test_boards_pass_to_who_may_edit_them_or_go_with_their_owner_and_shares_with_the_member(
    traffic: Traffic, people: dict[str, str], board: str
) -> None:
    traffic.read("/i/dashboards/add-widget", api_key=people["owner"], dashboard_id=board, widget=NOTE)
    members.delete_member(members.Member.objects.get(username="looker"))
    stored = mongo.collection("dashboards").find_one({})
    assert stored is not None
    assert (stored["shared_email_view"], stored["shared_email_edit"]) == ([], ["editor@example.com"])

    editor = members.Member.objects.get(username="editor")
    members.delete_member(members.Member.objects.get(username="owner"))
    stored = mongo.collection("dashboards").find_one({})
    assert stored is not None
    assert (stored["owner_id"], len(stored["widgets"])) == (str(editor.pk), 1)

    members.delete_member(editor)
    assert mongo.collection("dashboards").count_documents({}) == mongo.collection("widgets").count_documents({}) == 0


def test_shares_are_lists_of_texts(traffic: Traffic) -> None:
    unfit: list[Any] = [["a", 1], {"$gt": ""}, "x", [["a"]]]
    refused = (400, {"result": "Parameter needs to be an array: shared_user_groups_view"})
    for sent in unfit:
        asked = {"name": "x", "share_with": "selected-users", "shared_user_groups_view": sent}
        assert traffic.ask("/i/dashboards/create", **asked) == refused


def test_off_means_silent(traffic: Traffic, people: dict[str, str], board: str) -> None:
    states.switch("dashboards", False)
    assert traffic.ask("/o/dashboards", dashboard_id=board) == (400, {"result": "Invalid path"})
    assert traffic.ask("/i/dashboards/delete", dashboard_id=board) == (400, {"result": "Invalid path"})
    traffic.client.force_login(traffic.owner)
    assert traffic.client.get(f"/dashboards/{board}").status_code == 404
    assert mongo.collection("dashboards").count_documents({}) == 1
