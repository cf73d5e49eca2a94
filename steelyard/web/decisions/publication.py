"""Publication: an approved plan becomes the plan; a job that may be killed at any point and is finished later."""

from django_tasks import task

from steelyard.cycle.decision.kind import PLAN_APPROVAL
from steelyard.cycle.decision.state import State
from steelyard.errors import DecisionInvalid, PlanError, SteelyardError
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import decision_of, option_of, recipe_read
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job, Progress, Result, work

KIND = "decision.publish"


@task()
def decision_publish(job_id: int) -> None:
    """Publish the decision a job names."""
    work(job_id, _publish)


def publication_start(number: int, *, author: str) -> Job:
    """Queue the publication of an approved decision; publishing twice gives the same plan."""
    return job_start(
        decision_publish,
        kind=KIND,
        title=f"Publish the plan of decision {number}",
        author=author,
        parameters={"decision": number},
    )


def publication_retry(number: int, *, user: User) -> Job:
    """Queue a publication again that failed.

    Raises:
        NotAllowed: The role does not publish.
        DecisionInvalid: Nothing is left to publish.
    """
    require(user, Ability.PUBLISH)
    if number not in [decision.pk for decision in publications_due()]:
        raise DecisionInvalid(f"Decision {number} has nothing left to publish", mend="look at its published plan")
    return publication_start(number, author=user.username)


def publications_due() -> list[models.Decision]:
    """Plan approvals whose plan is not published yet."""
    approved = models.Decision.objects.filter(kind=PLAN_APPROVAL, state=State.APPROVED.value, chosen__isnull=False)
    found = approved.filter(published="")
    return list(found.order_by("decided_at", "pk"))


def publications_resume() -> int:
    """Queue what a killed server left unpublished; answers how many.

    NOTE: called when the server starts, after jobs that were interrupted have been closed.
    """
    due = publications_due()
    for decision in due:
        publication_start(decision.pk, author=decision.asked_by or decision.owner)
    return len(due)


def _publish(job: Job, progress: Progress) -> Result:
    number = int(job.parameters["decision"])
    try:
        plan_id = publish_decided(number, progress)
    except SteelyardError as fault:
        models.Decision.objects.filter(pk=number).update(publication_fault=str(fault))
        raise
    return {"plan": plan_id, "page": f"/published/{plan_id}/"}


def publish_decided(number: int, progress: Progress | None = None) -> str:
    """Publish exactly what was signed, lock its scenario, and note the plan in the record.

    Each step may be done again: the plan is named by its content, and a lock that holds stays.

    Raises:
        PlanError: The numbers come out differently today, because the code has changed since they were weighed.
    """
    decision = decision_of(number)
    if decision.published:
        return decision.published
    frozen = recipe_read(option_of(decision, decision.chosen))
    if progress:
        progress("calculating what was signed", 0.1)
    plan = frozen.plan(workspace().calculator)
    if plan.digest != frozen.digest:
        raise PlanError(
            "The plan comes out differently from what was signed: the code has changed since",
            where=f"decision {number}",
            mend="ask a new decision with the options weighed again",
        )
    signer = decision.signatures.filter(void=False, verdict="approve").last()
    at = decision.decided_at or decision.created_at
    actor = signer.person if signer else decision.owner
    note = f"Decision {number}: {decision.question}"
    published = workspace().publish(plan, actor=actor, at=at, note=note, revision=frozen.revision)
    if progress:
        progress("locking the scenario", 0.9)
    _lock(frozen.scenario, frozen.digest, actor=actor, decision=decision)
    kept = models.Decision.objects.filter(pk=number, published="").update(published=published.id, publication_fault="")
    if kept:
        audit_record(
            actor=actor, action="plan.publish", subject=published.id, detail={"decision": number}, run=published.id
        )
    return published.id


def _lock(name: str, digest: str, *, actor: str, decision: models.Decision) -> None:
    """Lock the scenario if it still gives what was signed: a later change needs a new decision."""
    try:
        scenario = workspace().scenario(name)
        if not scenario.record.closed and scenario.digest == digest:
            scenario.close(actor=actor, at=decision.decided_at or decision.created_at)
            audit_record(
                actor=actor, action="scenario.lock", subject=name, detail={"decision": decision.pk}, run=digest
            )
    except SteelyardError:
        return
