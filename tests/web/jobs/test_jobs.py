from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task

from steelyard.errors import ChangeInvalid
from steelyard.web.jobs.models import Job
from steelyard.web.jobs.services import job_start, jobs_interrupted_close
from steelyard.web.jobs.work import Progress, work


@task()
def nothing_yet(job_id: int) -> None:
    """Leaves the job waiting."""


def started(**values) -> Job:
    job = job_start(nothing_yet, kind="test", title="A test", author="dana")
    Job.objects.filter(pk=job.pk).update(**values)
    return job


def reloaded(job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_work_keeps_progress_log_and_result(db):
    job = started()

    def done(found, progress):
        progress("reading", 1, 4)
        assert reloaded(found).percent == 25
        assert reloaded(found).stage == "reading"
        return {"rows": 3, "page": "/data/"}

    work(job.pk, done)
    kept = reloaded(job)
    assert (kept.state, kept.percent, kept.result["rows"], kept.page) == ("done", 100, 3, "/data/")
    assert [line.text for line in kept.lines.all()] == ["reading"]


def test_a_fault_of_the_trade_is_the_jobs_message(db):
    job = started()

    def fail(found, progress):
        raise ChangeInvalid("Bad row", mend="mend it")

    work(job.pk, fail)
    assert (reloaded(job).state, reloaded(job).error) == ("failed", "Bad row. To mend: mend it.")


def test_an_unexpected_fault_tells_nothing_of_the_inside(db, caplog):
    job = started()

    def fail(found, progress):
        raise RuntimeError("password=secret")

    work(job.pk, fail)
    assert reloaded(job).state == "failed"
    assert "secret" not in reloaded(job).error


def test_a_job_that_is_asked_to_stop_stops_at_its_next_word(db):
    job = started()

    def long(found, progress):
        Job.objects.filter(pk=found.pk).update(cancel_asked=True)
        progress("one")
        raise AssertionError("went on")

    work(job.pk, long)
    assert reloaded(job).state == "cancelled"


def test_a_job_runs_once(db):
    job, runs = started(), []
    for _ in range(2):
        work(job.pk, lambda found, progress: runs.append(1) or {})
    assert runs == [1]


def test_progress_is_not_written_more_often_than_needed(db, django_assert_max_num_queries):
    progress = Progress(started().pk)
    progress("reading", 0.0)
    with django_assert_max_num_queries(1):
        for share in range(1000):
            progress("reading", share / 1000)


def test_jobs_of_a_killed_server_are_closed(db):
    job = started(state="running", heartbeat_at=timezone.now())
    assert jobs_interrupted_close() == 0
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert jobs_interrupted_close() == 1
    assert "stopped while this ran" in reloaded(job).error
    other = started(state="running", heartbeat_at=timezone.now())
    assert jobs_interrupted_close(all_running=True) == 1
    assert reloaded(other).state == "failed"


@pytest.mark.parametrize(("role", "state"), [("sales", "waiting"), ("administrator", "cancelled")])
def test_only_the_author_or_an_administrator_stops_a_job(site, client_of, role, state):
    job = started()
    client_of(role).post(f"/jobs/{job.pk}/stop/")
    assert reloaded(job).state == state


def test_the_moving_part_polls_until_the_job_ends(site, client_of):
    client, job = client_of("sales"), started()
    part = client.get(f"/jobs/{job.pk}/part/")
    assert part.status_code == 200
    assert b"every 1s" in part.content
    work(job.pk, lambda found, progress: {})
    part = client.get(f"/jobs/{job.pk}/part/")
    assert part.status_code == 286
    assert b"every 1s" not in part.content


def test_a_job_that_does_not_exist_is_not_found(site, client_of):
    assert client_of("sales").get("/jobs/99/").status_code == 404
    assert client_of("sales").get("/api/jobs/99").status_code == 404
