"""Grading of decisions: what was expected against what came, as a job after each import or when it is asked for."""

from django_tasks import task

from steelyard.cycle.decision.state import State
from steelyard.cycle.grading.actual import actuals_of, share_known
from steelyard.cycle.grading.grade import Grade, OptionOutcome, grade
from steelyard.cycle.grading.replay import play
from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import option_of, outlook_read, recipe_read
from steelyard.web.jobs.selectors import latest_by
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job, Progress, Result, work

KIND, TITLE = "decision.grade", "Grade decisions against actuals"
DECIDED = (State.APPROVED.value, State.SUPERSEDED.value)


@task()
def decisions_grade(job_id: int) -> None:
    """Grade what can be graded."""
    work(job_id, _grade_all)


def grading_start(*, user: User) -> Job:
    """Queue the grading of all decisions of which more is known now.

    Raises:
        NotAllowed: The role prepares no decisions.
    """
    require(user, Ability.BRANCH)
    return job_start(decisions_grade, kind=KIND, title=TITLE, author=user.username)


def gradable() -> int:
    """Decisions of which the latest extract knows more than their grade."""
    extracts = workspace().extracts()
    if not extracts:
        return 0
    latest = extracts[-1].digest
    found = models.Decision.objects.filter(state__in=DECIDED, chosen__isnull=False).exclude(graded_on=latest)
    decided_on = [
        row.options.filter(number=row.chosen or 0).values_list("recipe__content__extract", flat=True).first()
        for row in found
    ]
    return sum(1 for extract in decided_on if extract and extract != latest)


def grading_due() -> Job | None:
    """Queue the grading that a newer extract makes possible, however it was imported; once for each extract."""
    known = workspace().extracts()
    if not known or not gradable() or known[-1].digest in latest_by(KIND, "extract"):
        return None
    parameters = {"extract": known[-1].digest}
    return job_start(decisions_grade, kind=KIND, title=TITLE, author="system", parameters=parameters)


def _grade_all(job: Job, progress: Progress) -> Result:
    told = decisions_grade_now(progress)
    return {"graded": told, "page": "/decisions/grades/"}


def decisions_grade_now(progress: Progress | None = None) -> int:
    """Grade every decision of which the latest extract knows more than its grade does; answers how many.

    Raises:
        NotFound: There is no extract.
    """
    known = workspace().extracts()
    if not known:
        raise NotFound("There is no extract", mend="import one")
    extract = known[-1].digest
    todo = models.Decision.objects.filter(state__in=DECIDED, chosen__isnull=False).exclude(graded_on=extract)
    today = _plan_of_today(extract) if todo.exists() else None
    graded = 0
    for number, decision in enumerate(todo.order_by("decided_at"), start=1):
        if progress:
            progress(f"decision {decision.pk}", number, todo.count() + 1)
        assert today is not None
        graded += _grade(decision, today, progress)
    return graded


def _grade(decision: models.Decision, today: Plan, progress: Progress | None) -> bool:
    try:
        found = grade_of(decision, today)
    except SteelyardError as fault:
        if progress:
            progress.say(f"Decision {decision.pk} cannot be graded: {fault}")
        return False
    if not found.periods:
        return False
    models.Decision.objects.filter(pk=decision.pk).update(
        grade=found.to_json(), graded_on=today.inputs.extract, graded_at=now()
    )
    detail: dict[str, str | int | float | bool | None] = {
        "to": found.periods[-1],
        "inside": found.inside[0],
        "of": found.inside[1],
    }
    audit_record(actor="system", action="decision.grade", subject=f"decision {decision.pk}", detail=detail)
    return True


def grade_of(decision: models.Decision, today: Plan) -> Grade:
    """Grade one decision against a plan on a later extract.

    Raises:
        NotFound: Its options are not weighed, or their extract is gone.
    """
    chosen = option_of(decision, decision.chosen)
    outlook = outlook_read(chosen)
    if outlook is None:
        raise NotFound(f"Option {chosen.label} is not weighed", mend="weigh it")
    taken = recipe_read(chosen).plan(workspace().calculator)
    actuals = actuals_of(taken, today)
    if not actuals.periods:
        return Grade((), (), ())
    outcomes = [
        OptionOutcome(
            option.number,
            option.label,
            option.number == decision.chosen,
            play(recipe_read(option).plan(workspace().calculator), taken, today, actuals.periods).values,
        )
        for option in decision.options.filter(recipe__isnull=False)
    ]
    return grade(outlook.expected, actuals, outcomes, share_known(taken, today, actuals.periods))


def _plan_of_today(extract: str) -> Plan:
    """The plain plan of the latest extract, whose history holds what came; nobody's changes are in it."""
    known = workspace().scenarios()
    if not known:
        raise NotFound("There is no scenario yet", mend="create the first one")
    on_it = [one for one in known if one.extract == extract]
    settings = (on_it or known[-1:])[0].parameters
    return workspace().calculator.plan("today", extract, settings, ())
