from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from apps.accounts import members, permissions
from apps.applications import data
from apps.applications.lifecycle import create_application
from apps.core import clock, mongo
from apps.plugin_api import states
from plugins.reports import content, delivery, documents, links
from tests.accounts.conftest import person
from tests.smtp import Mailbox
from tests.traffic import Traffic

DAY_MS = 86_400_000
METRICS = {"analytics": True, "events": True, "star-rating": True}


def created(traffic: Traffic, **fields: Any) -> documents.Report:
    args = {
        "title": "Our <shop>",
        "report_type": "core",
        "apps": [traffic.application.id],
        "emails": ["a@example.com", "b@example.com"],
        "metrics": METRICS,
        "hour": 5,
        **fields,
    }
    assert traffic.ask("/i/reports/create", args=args) == (200, {"result": "Success"})
    return stored()[-1]


def stored() -> list[documents.Report]:
    return list(mongo.collection("reports").find({}, sort=[("_id", 1)]))


def some_traffic(traffic: Traffic) -> None:
    yesterday = clock.now_ms() - DAY_MS
    traffic.count("d1", at_ms=yesterday, begin_session=1, events=[{"key": "Buy", "count": 3}])


def everything_on(traffic: Traffic) -> dict[str, Any]:
    """To be done with reports of the application."""
    rights = {traffic.application.id: {"all": False, "allowed": {"core": True, "reports": True}}}
    return {**permissions.empty(), **dict.fromkeys("crud", rights)}


def make_due(report: documents.Report) -> None:
    """It was made an hour before it is due, which is now."""
    now = clock.now()
    changed = {"hour": now.hour, "minute": now.minute, "tally": {"done_s": clock.now_s() - 3600}}
    mongo.collection("reports").update_one({"_id": report["_id"]}, {"$set": changed})


def test_a_due_report_is_sent_once_to_each(traffic: Traffic, mailbox: Mailbox) -> None:
    some_traffic(traffic)
    make_due(created(traffic, sendPdf=True))
    delivery.send_due()
    delivery.send_due()

    first, second = mailbox.mails
    assert [first.to, second.to] == [["a@example.com"], ["b@example.com"]]
    assert first.subject == "Our <shop>"
    assert ("Traffic" in first.html, "<shop>" in first.html, "Sessions: 1" in first.text) == (True, False, True)
    assert "Buy: 3" in first.text
    assert "style=" in first.html
    tally = stored()[0]["tally"]
    assert (tally["sent"], tally["failed"], tally["last_error"], "retry" in tally) == (2, 0, "", False)


def test_whom_the_mail_server_refused_is_tried_again(traffic: Traffic, mailbox: Mailbox) -> None:
    some_traffic(traffic)
    make_due(created(traffic, emails=["a@example.com"]))
    mailbox.refuses = True
    delivery.send_due()
    assert stored()[0]["tally"]["failed"] == 1
    mailbox.refuses = False
    delivery.send_due()
    delivery.send_due()
    assert len(mailbox.mails) == 1
    assert (stored()[0]["tally"]["sent"], stored()[0]["tally"]["failed"]) == (1, 1)


@pytest.mark.parametrize("changes", [{"enabled": False}, {"tally": {"done_s": 9e9}}])
def test_what_is_off_or_done_is_not_sent(traffic: Traffic, mailbox: Mailbox, changes: dict[str, Any]) -> None:
    some_traffic(traffic)
    report = created(traffic)
    make_due(report)
    mongo.collection("reports").update_one({"_id": report["_id"]}, {"$set": changes})
    delivery.send_due()
    assert mailbox.mails == []


def test_send_preview_and_pdf(traffic: Traffic, mailbox: Mailbox) -> None:
    args = {"_id": str(created(traffic)["_id"])}
    assert traffic.read("/i/reports/send", args=args) == {"result": "No data to report"}
    some_traffic(traffic)
    assert traffic.read("/i/reports/send", args=args) == {"result": "Success"}
    assert len(mailbox.mails) == 2
    asked = {"api_key": traffic.owner.api_key, "app_id": traffic.application.id, "args": f'{{"_id":"{args["_id"]}"}}'}
    page = traffic.client.post("/i/reports/preview", asked)
    assert (page.status_code, "<h2" in page.content.decode()) == (200, True)
    assert "script" not in page.headers["Content-Security-Policy"]
    assert traffic.client.post("/i/reports/pdf", asked).content[:5] == b"%PDF-"
    assert traffic.read("/i/reports/send", args={"_id": "5f8c6f2e1b2c3d4e5f607186"}) == {"result": "Report not found"}


def test_people_leave_and_come_back_by_their_link(traffic: Traffic, mailbox: Mailbox) -> None:
    some_traffic(traffic)
    report = created(traffic)
    delivery.send_now(report)
    link = mailbox.mails[0].link("/unsubscribe_report")
    anybody = Client(enforce_csrf_checks=True)
    assert anybody.get(link).status_code == 200
    assert stored()[0]["emails"] == ["a@example.com", "b@example.com"]
    done = anybody.post(link)
    assert stored()[0]["emails"] == ["b@example.com"]
    back = done.content.decode().split('href="http')[1].split('"')[0]
    parts = urlsplit(f"http{back}")
    anybody.post(f"{parts.path}?{parts.query}")
    assert stored()[0]["emails"] == ["b@example.com", "a@example.com"]
    assert anybody.get(f"{link}x").status_code == 400


def test_who_was_taken_out_of_the_recipients_does_not_come_back_by_an_old_mail(
    traffic: Traffic, mailbox: Mailbox
) -> None:
    report = created(traffic)
    back = links.subscribe_link(report, "a@example.com")
    leave = links.unsubscribe_link(report, "a@example.com")
    args = {"_id": str(report["_id"]), "emails": ["b@example.com"]}
    anybody = Client()
    for _ in range(2):
        traffic.ask("/i/reports/update", args=args)
        assert anybody.post(leave).status_code == 200
        assert anybody.get(back).status_code == anybody.post(back).status_code == 400
        assert stored()[0]["emails"] == ["b@example.com"]
        traffic.ask("/i/reports/update", args={**args, "emails": ["a@example.com", "b@example.com"]})
        anybody.post(leave)  # and the owner writes the recipients once more without him


def test_a_report_that_cannot_be_made_is_tried_again(
    traffic: Traffic, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_traffic(traffic)
    make_due(created(traffic, emails=["a@example.com"]))
    with monkeypatch.context() as broken:
        broken.setattr(content, "gather", lambda *_: 1 // 0)
        delivery.send_due()
    tally = stored()[0]["tally"]
    assert (tally["failed"], tally["last_error"], tally["retry"]["attempts"]) == (1, "ZeroDivisionError", 1)
    delivery.send_due()
    assert len(mailbox.mails) == 1


def test_owners_see_no_more_than_they_may(traffic: Traffic, mailbox: Mailbox) -> None:
    some_traffic(traffic)
    application_id = traffic.application.id
    everything = everything_on(traffic)
    member = person("member", permission=everything)
    other = person("other", permission=everything)
    foreign = str(create_application("Foreign").pk)
    args: dict[str, Any] = {"apps": [foreign], "title": "x"}
    refused = (401, {"result": "User does not have right to access this information"})
    assert traffic.ask("/i/reports/create", api_key=member.api_key, args=args) == refused
    args = {"apps": [application_id], "emails": ["c@example.com"], "metrics": METRICS}
    assert traffic.ask("/i/reports/create", api_key=member.api_key, args=args)[0] == 200
    [report] = stored()
    of = {"_id": str(report["_id"])}
    denied = (401, {"result": "User does not have right"})
    for action in ("update", "delete", "send", "preview", "pdf"):
        assert traffic.ask(f"/i/reports/{action}", api_key=other.api_key, args=of) == denied, action
    assert traffic.ask("/i/reports/status", api_key=other.api_key, args={of["_id"]: False}) == denied
    assert traffic.read("/o/reports/all", api_key=other.api_key) == []

    delivery.send_now(report)
    [mail] = mailbox.mails
    assert ("Sessions: 1" in mail.text, "Buy" in mail.text) == (True, False)
    documents.insert({"user": traffic.owner.pk, "emails": [member.email, "a@example.com"]})
    members.delete_member(member)
    assert [one["emails"] for one in stored()] == [["a@example.com"]]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ("{", "Invalid JSON in args"),
        ({"report_type": "core"}, "Invalid or missing apps"),
        ({"apps": ["$ne"]}, "Invalid or missing apps"),
        ({"emails": ["a@example.com\nBcc: b@example.com"]}, "Invalid emails"),
        ({"metrics": {"$where": True}}, "Invalid metrics"),
        ({"hour": 24}, "Invalid hour"),
    ],
)
def test_what_cannot_be_stored_is_refused(traffic: Traffic, args: Any, sentence: str) -> None:
    assert traffic.ask("/i/reports/create", args=args) == (400, {"result": sentence})
    assert stored() == []


def test_a_deleted_application_leaves_reports(traffic: Traffic) -> None:
    created(traffic)
    data.delete(traffic.application.id)
    assert stored()[0]["apps"] == []


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("reports", False)
    assert traffic.ask("/o/reports/all") == (400, {"result": "Invalid path"})
    traffic.client.force_login(traffic.owner)
    assert traffic.client.get("/manage/reports").status_code == 404


def test_the_screen_makes_changes_switches_sends_and_deletes(traffic: Traffic, mailbox: Mailbox) -> None:
    some_traffic(traffic)
    client = Client()
    client.force_login(traffic.owner)
    form = {
        "action": "save",
        "title": "Mine",
        "about": "core",
        "apps": [traffic.application.id],
        "emails": "a@example.com; b@example.com",
        "metrics": ["analytics"],
        "frequency": "weekly",
        "day": "3",
        "at": "08:30",
        "timezone": "Europe/Berlin",
    }
    assert client.post("/manage/reports", form).status_code == 302
    [report] = stored()
    kept = ("title", "emails", "frequency", "day", "hour", "minute", "timezone")
    assert [report[name] for name in kept] == [
        "Mine", ["a@example.com", "b@example.com"], "weekly", 3, 8, 30, "Europe/Berlin",
    ]  # fmt: skip
    of = {"id": str(report["_id"])}
    client.post("/manage/reports", {**form, **of, "title": "Ours", "frequency": "daily"})
    client.post("/manage/reports", {"action": "send", **of})
    client.post("/manage/reports", {"action": "switch", **of})
    assert (stored()[0]["title"], stored()[0]["enabled"], len(mailbox.mails)) == ("Ours", False, 2)
    page = client.get("/manage/reports", {"report": of["id"]}).content.decode()
    assert ("Ours" in page, "2 sent, 0 failed" in page) == (True, True)
    assert "<h2" in client.get(f"/manage/reports/{of['id']}/preview").content.decode()
    outsider = Client()
    outsider.force_login(person("outsider", permission=permissions.empty()))
    assert outsider.get("/manage/reports").status_code == 403
    client.post("/manage/reports", {"action": "remove", **of})
    assert stored() == []


def test_sections_of_plugins_and_chosen_events(traffic: Traffic, mailbox: Mailbox) -> None:
    for plugin in ("crashes", "views", "push"):
        pytest.importorskip(f"plugins.{plugin}")
    some_traffic(traffic)
    yesterday = clock.now_ms() - DAY_MS
    crash = {"_error": "Boom\nat f", "_os": "Android", "_app_version": "1"}
    view = {"key": "[CLY]_view", "count": 1, "segmentation": {"name": "Home", "visit": 1}}
    traffic.send("d1", at_ms=yesterday, crash=crash)
    traffic.count("d1", at_ms=yesterday, events=[view, {"key": "Look"}])
    chosen = [f"{traffic.application.id}***Look"]
    metrics = {**METRICS, "crash": True, "views": True, "push": True}
    shown_as = {"Look": {"name": "Looked around"}, "Buy": {"is_visible": False}}
    traffic.ask("/i/events/edit_map", app_id=traffic.application.id, event_map=shown_as)
    delivery.send_now(created(traffic, metrics=metrics, selectedEvents=chosen, emails=["a@example.com"]))
    text = mailbox.mails[0].text
    assert ("Crashes: 1 (–)" in text, "Home: 1 (1, 0s)" in text, "Sent: 0 (–)" in text) == (True, True, True)
    assert ("Looked around: 1" in text, "Buy" in text) == (True, False)
    delivery.send_now(created(traffic, metrics=metrics, emails=["b@example.com"]))
    assert ("Looked around: 1" in mailbox.mails[1].text, "Buy" in mailbox.mails[1].text) == (True, False)


def test_a_dashboard_as_a_report(traffic: Traffic, mailbox: Mailbox) -> None:
    pytest.importorskip("plugins.dashboards")
    some_traffic(traffic)
    board = traffic.read("/i/dashboards/create", name="Wall <1>", share_with="none")
    for widget in (
        {"widget_type": "analytics", "data_type": "session", "visualization": "number", "title": "All <of> it"},
        {"widget_type": "analytics", "data_type": "session", "visualization": "time-series", "metrics": ["t"]},
        {"widget_type": "analytics", "data_type": "technology", "breakdowns": ["platforms"]},
        {"widget_type": "note", "contenthtml": 'See <a href="https://x.example">there</a>', "apps": []},
        {"widget_type": "gone"},
    ):
        sent = {"apps": [traffic.application.id], **widget}
        traffic.read("/i/dashboards/add-widget", dashboard_id=board, widget=sent)
    about: dict[str, Any] = {"report_type": "dashboards", "apps": [], "dashboards": board, "date_range": "7days"}
    report = created(traffic, **about, emails=["a@example.com"])
    renamed = {"_id": str(report["_id"]), "title": "Our <shop>", "apps": []}
    assert traffic.ask("/i/reports/update", args=renamed) == (200, {"result": "Success"})

    delivery.send_now(report)
    [mail] = mailbox.mails
    for part in ("Wall <1> (Last 7 days)", "  All <of> it (Traffic)", "Sessions: 1", "See there", "its plugin is off"):
        assert part in mail.text, part
    assert ("Wall &lt;1&gt;" in mail.html, "<1>" in mail.html) == (True, False)
    assert "data-" not in mail.html
    client = Client()
    client.force_login(traffic.owner)
    page = client.get("/manage/reports", {"report": str(report["_id"])}).content.decode()
    about = f"dashboards:{board}"
    assert ("Dashboards: Wall &lt;1&gt;" in page, f'value="{about}" selected' in page) == (True, True)
    form = {"action": "save", "id": str(report["_id"]), "emails": "a@example.com", "at": "08:00", "about": about}
    assert client.post("/manage/reports", {**form, "date_range": "30days"}).status_code == 302
    assert (stored()[0]["dashboards"], stored()[0]["date_range"]) == (board, "30days")
    [shown] = traffic.read("/o/reports/all")
    assert (shown["isValid"], shown["dashboards"]) == (True, board)

    other = person("other", permission=everything_on(traffic))
    sent = {"title": "x", "report_type": "dashboards", "dashboards": board}
    assert traffic.ask("/i/reports/create", api_key=other.api_key, args=sent)[0] == 401
    mongo.collection("reports").update_one({"_id": report["_id"]}, {"$set": {"user": other.pk}})
    asked = {"_id": str(report["_id"])}
    assert traffic.read("/i/reports/send", args=asked) == {"result": "No data to report from other plugins"}
    assert traffic.read("/o/reports/all")[0]["isValid"] is False
    states.switch("dashboards", False)
    gone = "Plugin is not enabled, no data to report. Report type: dashboards"
    assert traffic.read("/i/reports/send", args=asked) == {"result": gone}
