"""Weighing: freeze the plan of an option and read what it is expected to bring, as a job."""

from django_tasks import task

from steelyard.cycle.decision.outlook import outlook_of
from steelyard.cycle.decision.recipe import recipe_of
from steelyard.cycle.decision.state import State
from steelyard.errors import SteelyardError
from steelyard.plan.plan import Plan
from steelyard.plan.scenario import Scenario
from steelyard.web.company import now, workspace
from steelyard.web.decisions import models
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job, Progress, Result, work
from steelyard.web.scenarios.registers import counting_assumptions, seen_risks


@task()
def option_weigh(job_id: int) -> None:
    """Weigh the option a job names."""
    work(job_id, _weigh)


def weighing_start(option: models.Option, *, author: str) -> Job:
    """Queue the weighing of an option; until it is through, the option counts as not weighed."""
    models.Option.objects.filter(pk=option.pk).update(weighed_at=None, fault="")
    return job_start(
        option_weigh,
        kind="decision.weigh",
        title=f"Weigh {option.label} ({option.scenario})",
        author=author,
        parameters={"option": option.pk, "decision": option.decision_id},
    )


def _weigh(job: Job, progress: Progress) -> Result:
    option = models.Option.objects.select_related("decision").filter(pk=job.parameters["option"]).first()
    if option is None:
        return {"told": "the option was taken away"}
    try:
        option_weigh_now(option, progress)
    except SteelyardError as fault:
        models.Option.objects.filter(pk=option.pk).update(fault=str(fault))
        raise
    return {"page": f"/decisions/{option.decision_id}/"}


def option_weigh_now(option: models.Option, progress: Progress | None = None) -> None:
    """Freeze and weigh an option; the option of a decision that is no draft any more stays as it is."""
    scenario = workspace().scenario(option.scenario)
    if progress:
        progress("calculating the plan", 0.1)
    plan, revision = _settled(scenario)
    frozen = recipe_of(plan, revision)
    if progress:
        progress("playing futures", 0.5)
    found = outlook_of(plan, risks=seen_risks(plan), assumptions=counting_assumptions(plan))
    models.Recipe.objects.get_or_create(digest=frozen.digest, defaults={"content": frozen.to_json()})
    models.Option.objects.filter(pk=option.pk, decision__state=State.DRAFT.value).update(
        revision=revision, recipe_id=frozen.digest, outlook=found.to_json(), fault="", weighed_at=now()
    )


def _settled(scenario: Scenario) -> tuple[Plan, int]:
    """The plan and the revision it belongs to: calculated again if somebody edits meanwhile."""
    while True:
        revision, plan = scenario.revision, scenario.plan()
        if scenario.revision == revision:
            return plan, revision
