"""Choice: which scenario a page is about, and the links to the others."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from steelyard.errors import NotFound
from steelyard.web.answers.once import once
from steelyard.web.company import workspace
from steelyard.web.scenarios.access import require_seen, seen_records

REMEMBERED = "scenario"
BASE = "base"


@dataclass(frozen=True)
class ScenarioLink:
    """A scenario in the top bar."""

    name: str
    is_base: bool
    url: str
    current: bool


def chosen_scenario(request: HttpRequest, asked: str = "") -> str:
    """The scenario a page is about: the one asked for, else the last one looked at, else the base.

    Raises:
        NotFound: The one asked for does not exist, or there is none at all.
        NotAllowed: The one asked for is not shared with the person.
    """
    remembered = str(request.session.get(REMEMBERED, ""))
    if asked:
        require_seen(workspace().records.scenario(asked))
        if remembered != asked:
            request.session[REMEMBERED] = asked
        return asked
    names = _open_names()
    if remembered in names:
        return remembered
    if not names:
        raise NotFound("There is no scenario yet", mend="import an extract, then create the first scenario")
    return BASE if BASE in names else names[0]


def scenario_links(request: HttpRequest) -> tuple[ScenarioLink, ...]:
    """Links to every open scenario, to the same page where it knows scenarios."""
    try:
        names = _open_names()
        current = chosen_scenario(request)
    except NotFound:
        return ()
    match = request.resolver_match
    asked = str(match.kwargs.get("scenario", "")) if match else ""
    shown = names if asked in ("", *names) else [*names, asked]
    return tuple(ScenarioLink(n, n == BASE, _link(request, n), n == (asked or current)) for n in shown)


def _open_names() -> list[str]:
    return once("open scenarios", _find_open_names)


def _find_open_names() -> list[str]:
    return [record.name for record in seen_records(workspace().records.scenarios()) if not record.archived]


def _link(request: HttpRequest, name: str) -> str:
    match = request.resolver_match
    if match and "scenario" in match.kwargs and match.view_name in SWITCHABLE:
        try:
            return reverse(match.view_name, kwargs={**match.kwargs, "scenario": name})
        except NoReverseMatch:
            pass
    return reverse("plan", kwargs={"scenario": name})


SWITCHABLE = frozenset(
    {
        "plan",
        "worksheet:worksheet",
        "scenarios:scenario",
        "scenarios:what_if",
        "scenarios:model_settings",
        "demand_review:review",
        "segmentation:segments",
        "segmentation:history",
        "balance:board",
        "risk:registers",
        "capacity:capacity",
        "sourcing:sourcing",
        "sourcing:pegging",
        "portfolio:launches",
        "portfolio:endings",
        "portfolio:products",
        "portfolio:exits",
        "portfolio:calendar",
    }
)
"""Pages that make sense for any scenario."""
