from datetime import timedelta

import pytest
from celery import current_app

from apps.core import redis_client
from apps.system import beat, heartbeat


@pytest.fixture
def scheduler(tmp_path, settings) -> beat.Scheduler:
    scheduler = beat.Scheduler(current_app, schedule_filename=str(tmp_path / "schedule"))
    yield scheduler
    scheduler.close()


def test_beat_asks_for_nothing_while_many_messages_wait(scheduler: beat.Scheduler, monkeypatch: pytest.MonkeyPatch):
    """The beat's own messages stay in the queue of a server without a worker."""
    monkeypatch.setattr(beat, "MAX_MESSAGES_WAITING", 3)
    sweep = scheduler.Entry("sweep", "apps.pipeline.tasks.task_sweep", schedule=timedelta(seconds=3), app=current_app)
    for _ in range(5):
        scheduler.apply_entry(sweep)
    assert heartbeat.messages_waiting() == 3
    redis_client.client().ltrim("tally", 0, 1)
    for _ in range(2):
        scheduler.apply_entry(sweep)
    assert heartbeat.messages_waiting() == 3
