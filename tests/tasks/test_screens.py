"""The task manager: a list and a page per task."""

import pytest
from django.test import Client

from apps.accounts import permissions
from apps.tasks import long_tasks, records, running
from tests.accounts.conftest import person


def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def path(application):
    return f"/applications/{application.id}/tasks"


def test_three_people(start, path, owner, member, outsider):
    task_id = start(name="Report <1>")
    running.run_waiting()

    for reader in (owner, member):
        assert "Report &lt;1&gt;" in browser(reader).get(path).content.decode()
        assert "Completed" in browser(reader).get(f"{path}/{task_id}").content.decode()
    for address in (path, f"{path}/{task_id}"):
        assert browser(outsider).get(address).status_code == 404


def test_the_list_is_filtered_by_status_origin_and_owner(start, path, owner, member):
    done = start(name="One", is_made_by_hand=True)
    running.run_waiting()
    waiting = start(name="Two", is_made_by_hand=False)
    records.change(waiting, {"creator": str(member.pk)})

    def shown(person, **query):
        page = browser(person).get(path, query).content.decode()
        return [task_id in page for task_id in (done, waiting)]

    assert shown(owner) == [True, True]
    assert shown(owner, status="completed") == [True, False]
    assert shown(owner, status="running") == [False, True]
    assert shown(owner, origin="manual") == [True, False]
    assert shown(owner, origin="automatic") == [False, True]
    assert (shown(owner, owner="mine"), shown(member, owner="mine")) == ([True, False], [False, True])
    assert shown(owner, status="nonsense", origin="{", owner="x") == [True, True]


def test_private_tasks_and_those_of_other_applications_are_not_there(start, path, owner, member):
    private = start(is_global=False)
    elsewhere = start(application_id="f" * 24)

    assert browser(member).get(f"{path}/{private}").status_code == 404
    assert browser(owner).get(f"{path}/{elsewhere}").status_code == 404
    assert private not in browser(member).get(path).content.decode()


def test_buttons(start, path, application, owner, member):
    admin = person("admin", permission=permissions.with_applications(None, {application.id}, set()))
    task_id = start()
    running.run_waiting()
    address, mine = f"{path}/{task_id}", browser(owner)

    refused = browser(member).post(address, {"action": "delete", "id": task_id}, follow=True)
    assert "somebody else" in refused.content.decode()
    assert "Keep for me" not in browser(admin).get(address).content.decode()
    browser(admin).post(address, {"action": "share", "id": task_id})
    assert records.get(task_id)["global"] is True
    mine.post(address, {"action": "share", "id": task_id})
    assert records.get(task_id)["global"] is False
    mine.post(address, {"action": "again", "id": task_id})
    assert records.get(task_id)["status"] == "rerunning"
    assert not long_tasks.can_run_again(records.get(task_id))
    mine.post(address, {"action": "delete", "id": task_id})
    assert records.get(task_id) is None


def test_forms_are_protected(start, path, owner):
    task_id = start()
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post(f"{path}/{task_id}", {"action": "delete"}).status_code == 403
    assert records.get(task_id) is not None
