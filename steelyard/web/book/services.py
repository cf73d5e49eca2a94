"""Book services: make a book as a job; a book says what its maker saw, so only who sees the whole company makes one."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django_tasks import task

from steelyard.errors import NotAllowed, NotFound, SteelyardError
from steelyard.plan.plan import Plan
from steelyard.plan.staleness import Footing
from steelyard.plan.uncertainty.monte_carlo import PlanFutures
from steelyard.web.accounts.models import User
from steelyard.web.accounts.permissions import require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.book.compose import compose_book
from steelyard.web.book.content import Book
from steelyard.web.book.models import MadeBook
from steelyard.web.company import now, workspace
from steelyard.web.decisions.selectors import approved_plan, sees_whole_money
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job, Progress, Result, work
from steelyard.web.masterdata.selectors import company_name
from steelyard.web.risk.futures import futures_of_plan
from steelyard.web.scenarios.plans import moment_of, published_numbers
from steelyard.web.scenarios.stale import footing_now
from steelyard.web.ui.dates import day_words, period_words, sentence_words


@task()
def book_write(job_id: int) -> None:
    """Make a book."""
    work(job_id, _write)


def book_start(cycle: str, scenario: str, *, user: User) -> Job:
    """Queue the making of a cycle's book: of the plan its decision published, else of a scenario as it stands.

    Raises:
        NotAllowed: The role exports nothing, or the person sees a part of the company or of its money only.
    """
    require(user, Ability.EXPORT)
    require_whole_money()
    title = f"Executive book {period_words(cycle)}".strip()
    parameters = {"cycle": cycle, "scenario": scenario, "author": user.username}
    return job_start(book_write, kind="book.make", title=title, author=user.username, parameters=parameters)


def require_whole_money() -> None:
    """Go on only for who sees the whole company and all its money, which a book tells.

    Raises:
        NotAllowed: The person does not.
    """
    if not sees_whole_money():
        raise NotAllowed(
            "A book tells the money of the whole company, and you see a part of it",
            mend="ask the S&OP lead for what concerns your part",
        )


def book_make(cycle: str, scenario: str, *, user: User) -> MadeBook:
    """Make a book now; the same content is kept once.

    Args:
        cycle: Key of the cycle.
        scenario: The scenario, where no decision of the cycle has published a plan.
        user: Who makes it.

    Raises:
        NotFound: There is neither a published plan of the cycle nor the scenario.
    """
    published = approved_plan(cycle)
    footing = footing_now(f"plan:{published}" if published else scenario)
    plan, at = _published(published) if published else _open(scenario)
    book = compose_book(
        plan,
        cycle,
        company=company_name(),
        user=user,
        dated=day_words(at),
        stamp=at.isoformat(),
        published=published,
        chance=_chance(plan),
    )
    return _keep(book, cycle, plan.name, published, footing, user)


def _keep(book: Book, cycle: str, scenario: str, published: str, footing: Footing, user: User) -> MadeBook:
    made = MadeBook(
        cycle=cycle,
        scenario=scenario,
        plan=book.made_from,
        published=published,
        content=book.to_json(),
        footing=footing.to_json(),
        digest=book.digest,
        actor=user.username,
        at=now(),
    )
    try:
        with transaction.atomic():
            made.save()
            audit_record(
                actor=user.username, action="book.make", subject=cycle, detail={"book": book.digest}, run=book.made_from
            )
    except IntegrityError:
        return MadeBook.objects.get(digest=book.digest)
    return made


def _published(plan_id: str) -> tuple[Plan, datetime]:
    found = workspace().published_plan(plan_id)
    return published_numbers(found), found.at


def _open(scenario: str) -> tuple[Plan, datetime]:
    moment = moment_of(scenario)
    return moment.plan, max((change.at for change in moment.plan.changes), default=moment.record.at)


def _chance(plan: Plan) -> tuple[str, str]:
    try:
        futures: PlanFutures = futures_of_plan(plan)
    except SteelyardError:
        return "", ""
    chance = futures.chance_of_budget
    return (
        ("", "") if chance is None else (f"{100 * chance.value:.0f} %", f"over {sentence_words(futures.budget_words)}")
    )


def _write(job: Job, progress: Progress) -> Result:
    asked = {name: str(job.parameters.get(name, "")) for name in ("cycle", "scenario", "author")}
    user = User.objects.filter(username=asked["author"]).first()
    if user is None:
        raise NotFound(f"There is no person {asked['author']}", mend="sign in again")
    progress("writing the book", 0.1)
    made = book_make(asked["cycle"], asked["scenario"], user=user)
    return {"book": made.pk, "page": f"/book/{made.pk}/"}
