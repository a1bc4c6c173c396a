"""A kind of task whose doing the tests decide, and three people."""

import pytest

from apps.tasks import kinds, long_tasks, tasks
from apps.tasks.kinds import Data, Kind
from tests.accounts.conftest import application, member, outsider, owner

__all__ = ["application", "member", "outsider", "owner"]


@pytest.fixture(autouse=True)
def messages(monkeypatch):
    """What Celery was asked for: no worker listens in these tests."""
    sent = []
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: sent.append("run"))
    return sent


@pytest.fixture
def work():
    """`work.do` is what the kind "sum" does."""

    class Work:
        done = 0

        def do(self, running):
            self.done += 1
            return Data(sum(running.arguments["numbers"]))

    made = Work()
    kinds.KINDS.register("sum", Kind("Sum", lambda running: made.do(running)), plugin="tests")
    yield made
    kinds.KINDS.withdraw("tests")


@pytest.fixture
def start(work, application, owner):
    def begin(**more):
        options = {"creator": owner, "application_id": application.id, "name": "Report", **more}
        return long_tasks.start("sum", options.pop("arguments", {"numbers": [1, 2]}), **options)

    return begin
