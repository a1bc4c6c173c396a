from apps.accounts import members, permissions
from apps.applications.lifecycle import create_application
from apps.plugin_api import states
from tests.traffic import Traffic


def test_applications_are_shown_side_by_side(traffic: Traffic) -> None:
    other = str(create_application("Other").pk)
    traffic.send("d1", begin_session=1)
    traffic.count("d2", begin_session=1)

    rows = traffic.read("/o/compare/apps", apps=[traffic.application.id, other], period="7days")
    assert {row["name"]: (row["sessions"]["total"], row["newusers"]["total"]) for row in rows} == {
        "Traffic": (2, 2),
        "Other": (0, 0),
    }
    assert sum(value for _, value in rows[0]["charts"]["total-sessions"]) == 2


def test_nobody_compares_what_he_may_not_see(traffic: Traffic) -> None:
    hidden = str(create_application("Hidden").pk)
    rights = {**permissions.empty(), "r": {traffic.application.id: {"all": True, "allowed": {}}}}
    reader = members.create_member(
        full_name="A Reader",
        username="reader",
        email="reader@example.com",
        password="Correct-Horse-1",
        permission=rights,
    )

    def ask(*applications: str) -> int:
        return traffic.ask("/o/compare/apps", api_key=reader.api_key, apps=list(applications))[0]

    assert ask(traffic.application.id) == 200
    assert ask(traffic.application.id, hidden) == 401
    assert ask(hidden, traffic.application.id) == 401

    traffic.client.force_login(reader)
    page = traffic.client.get(f"/applications/{traffic.application.id}/compare", {"apps": hidden})
    assert page.status_code == 200
    assert "Hidden" not in page.content.decode()


def test_events_are_shown_side_by_side(traffic: Traffic) -> None:
    traffic.count("d1", events=[{"key": "Buy", "count": 2, "sum": 5}, {"key": "Open"}])

    found = traffic.read("/o/compare/events", events=["Buy", "Open", "Gone", "[CLY]_group_gone"])
    years = {key: next((node for name, node in tree.items() if name.isdigit()), {}) for key, tree in found.items()}
    assert {key: node.get("c") for key, node in years.items()} == {
        "Buy": 2,
        "Open": 1,
        "Gone": None,
        "[CLY]_group_gone": None,
    }

    traffic.client.force_login(traffic.owner)
    page = traffic.client.get(f"/applications/{traffic.application.id}/events/compare", {"events": "Buy,Open"})
    assert page.status_code == 200
    assert "Buy" in page.content.decode()


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("compare", False)
    assert traffic.ask("/o/compare/events", events=["Buy"]) == (400, {"result": "Invalid path"})
    traffic.client.force_login(traffic.owner)
    assert traffic.client.get(f"/applications/{traffic.application.id}/compare").status_code == 404
