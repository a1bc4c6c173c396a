"""Runs the jobs that are due. A job is run by one worker at a time; one that was missed is run once, late."""

import logging
from functools import partial

from cronsim import CronSim

from apps.core import clock
from apps.core.signs_of_life import kept_renewed
from apps.plugin_api.jobs import JOBS, Job
from apps.system import job_records

logger = logging.getLogger(__name__)

LONGEST_ERROR = 500  # characters


def run_due() -> int:
    """How many were run. Jobs of plugins that are off are no jobs."""
    job_records.end_lost()
    number = 0
    for name, job in list(JOBS.items()):
        if _is_due(name, job):
            number += run(name, job)
    return number


def run(name: str, job: Job) -> bool:
    """False when somebody else runs it, or it is suspended."""
    claimed = job_records.claim(name)
    if claimed is None:
        return False
    status, error = job_records.DONE, None
    with kept_renewed(name, partial(job_records.renew, claimed["_id"])):
        try:
            job.run()
        except Exception as problem:
            # Whatever a job raises is shown with it; the others are run all the same.
            logger.exception("the job %s failed", name)
            status, error = job_records.ABORTED, (str(problem) or type(problem).__name__)[:LONGEST_ERROR]
    job_records.finish(claimed, status, error)
    job_records.schedule(name, job.schedule, next_ms(job.schedule))
    return True


def next_ms(pattern: str) -> int:
    return int(next(CronSim(pattern, clock.now())).timestamp() * 1000)


def _is_due(name: str, job: Job) -> bool:
    current = job_records.current(name)
    if current is None:
        job_records.schedule(name, job.schedule, next_ms(job.schedule))
        return False
    if current["schedule"] != job.schedule:
        job_records.reschedule(current["_id"], job.schedule, next_ms(job.schedule))
        return False
    return current["status"] == job_records.SCHEDULED and int(current["next"]) <= clock.now_ms()
