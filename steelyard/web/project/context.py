"""Shell: what every page shows around its content."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sees_money
from steelyard.web.jobs.selectors import jobs_running
from steelyard.web.masterdata.selectors import company_name
from steelyard.web.notices.selectors import unread_count
from steelyard.web.scenarios.choice import ScenarioLink, scenario_links


@dataclass(frozen=True)
class Door:
    """One link of the rail."""

    key: str
    label: str
    name: str
    icon: str
    ability: Ability | None = None
    count: int = 0

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.name)


@dataclass(frozen=True)
class Group:
    """Links of one kind."""

    label: str
    links: tuple[Door, ...]


@dataclass(frozen=True)
class Link:
    """A link of the account menu."""

    label: str
    url: str


@dataclass(frozen=True)
class Shell:
    """Company, rail and scenario of a page."""

    company: str
    rail: tuple[Group, ...] = ()
    jobs_running: int = 0
    jobs_url: str = ""
    sign_out_url: str = ""
    notices_unread: int = 0
    notices_url: str = ""
    account_links: tuple[Link, ...] = ()
    scenario: ScenarioLink | None = None
    scenarios: tuple[ScenarioLink, ...] = ()


RAIL = (
    Group(
        "",
        (
            Door("home", "Home", "home", "home"),
            Door("cycle", "The month", "cycles:start", "cycle"),
            Door("plan", "Plan on a page", "plan_start", "plan"),
            Door("worksheet", "Worksheet", "worksheet:start", "worksheet"),
        ),
    ),
    Group(
        "Review",
        (
            Door("demand_review", "Demand", "demand_review:start", "chart"),
            Door("supply_review", "Supply", "supply_review:start", "chart"),
            Door("capacity", "Capacity", "capacity:start", "chart"),
            Door("sourcing", "Sourcing", "sourcing:start", "data"),
            Door("stock", "Inventory", "stock:start", "data"),
            Door("portfolio", "Portfolio", "portfolio:start", "portfolio"),
            Door("finance", "Finance", "finance_review:start", "chart"),
        ),
    ),
    Group(
        "Judge",
        (
            Door("kpis", "KPIs and cases", "scorecard:scorecard", "panel"),
            Door("accuracy", "Accuracy", "accuracy:accuracy", "chart"),
            Door("intelligence", "Intelligence", "intelligence:intelligence", "info"),
            Door("segmentation", "Segments", "segmentation:start", "panel"),
        ),
    ),
    Group(
        "Decide",
        (
            Door("decisions", "Decisions", "decisions:start", "good"),
            Door("executive", "Executive S&OP", "executive:start", "plan"),
            Door("scenarios", "Scenarios", "scenarios:scenarios", "scenarios"),
            Door("balance", "Balance", "balance:start", "chart"),
            Door("risk", "Risk", "risk:start", "chart"),
            Door("published", "Published plans", "scenarios:published", "published"),
            Door("book", "Books", "book:books", "published"),
        ),
    ),
    Group(
        "Stand on",
        (Door("data", "Data", "masterdata:extracts", "data"), Door("jobs", "Jobs", "jobs:jobs", "jobs")),
    ),
    Group(
        "Look after",
        (
            Door("governance", "Who answers", "governance:duties", "user"),
            Door("comments", "Comments", "comments:mine", "info"),
            Door("trail", "Trail", "trail", "history", Ability.READ_TRAIL),
            Door("people", "People", "people:people", "user", Ability.ADMINISTER),
        ),
    ),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Give templates the shell and the key of the rail's current link."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": Shell(company_name())}
    money = {"sees_cost": lambda: sees_money("cost"), "sees_sales_money": lambda: sees_money("sales")}
    # NOTE: parts of pages are rendered without their shell, which costs as much as a small page.
    return {"shell": SimpleLazyObject(lambda: _shell(request, user)), "rail": _current(request.path), **money}


def _shell(request: HttpRequest, user: User) -> Shell:
    links = scenario_links(request)
    return Shell(
        company=company_name(),
        rail=tuple(group for group in (_for(g, user) for g in RAIL) if group.links),
        jobs_running=jobs_running(),
        jobs_url=reverse("jobs:jobs"),
        sign_out_url=reverse("accounts:sign_out"),
        notices_unread=unread_count(user),
        notices_url=reverse("notices:notices"),
        account_links=(
            Link("Change password", reverse("accounts:password")),
            Link("Personal keys", reverse("accounts:keys")),
            Link("API", reverse("api-1:openapi-view")),
        ),
        scenario=next((link for link in links if link.current), None),
        scenarios=links,
    )


def _for(group: Group, user: User) -> Group:
    return Group(group.label, tuple(door for door in group.links if door.ability is None or user.may(door.ability)))


def _current(path: str) -> str:
    return next((key for start, key in _PLACES if path.startswith(start)), "")


_PLACES = (
    ("/cycle/", "cycle"),
    ("/plan/", "plan"),
    ("/notices/", "notices"),
    ("/worksheet/", "worksheet"),
    ("/portfolio/", "portfolio"),
    ("/demand-review/", "demand_review"),
    ("/supply-review/", "supply_review"),
    ("/segmentation/", "segmentation"),
    ("/scenario", "scenarios"),
    ("/published/", "published"),
    ("/accuracy/", "accuracy"),
    ("/intelligence/", "intelligence"),
    ("/stock/", "stock"),
    ("/balance/", "balance"),
    ("/risk/", "risk"),
    ("/finance/", "finance"),
    ("/executive/", "executive"),
    ("/book/", "book"),
    ("/capacity/", "capacity"),
    ("/sourcing/", "sourcing"),
    ("/kpis/", "kpis"),
    ("/governance/", "governance"),
    ("/comments/", "comments"),
    ("/decisions/", "decisions"),
    ("/data/", "data"),
    ("/jobs/", "jobs"),
    ("/trail/", "trail"),
    ("/people/", "people"),
)
"""Which link of the rail a page belongs to, by the beginning of its address."""
