"""Links: the address of a page that a task or a piece of evidence names, on its slice, in the scenario of the cycle."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, reverse

from steelyard.cycle.page import Page
from steelyard.web.cycles.models import Cycle
from steelyard.web.scenarios.asked import filter_text

NAMES: Mapping[str, str] = {
    "data": "masterdata:extracts",
    "worksheet": "worksheet:worksheet",
    "demand_review": "demand_review:review",
    "segmentation": "segmentation:segments",
    "accuracy": "accuracy:accuracy",
    "intelligence": "intelligence:intelligence",
    "portfolio": "portfolio:launches",
    "supply_review": "supply_review:review",
    "capacity": "capacity:capacity",
    "sourcing": "sourcing:sourcing",
    "stock": "stock:review",
    "balance": "balance:start",
    "finance_review": "finance_review:start",
    "risk": "risk:start",
    "scenarios": "scenarios:scenarios",
    "decisions": "decisions:start",
    "plan": "plan",
    "published": "scenarios:published",
    "cycle": "cycles:cycle",
    "governance": "governance:duties",
    "executive": "executive:start",
    "book": "book:books",
}
"""The address of each page by its name."""


ASKED_OF = "pre_sop"
"""The forum that balances demand and supply; what it may not decide itself it passes up."""


def ask_url(ask: Mapping[str, object], cycle: Cycle) -> str:
    """Where a question is put before a forum, with its words filled in; doing nothing is its first option."""
    told = {
        "cycle": cycle.key,
        "question": ask["question"],
        "kind": ask["kind"],
        "forum": ASKED_OF,
        "nothing": cycle.scenario,
    }
    return f"{reverse('decisions:new')}?{urlencode(told)}"


def page_url(page: Page, cycle: Cycle) -> str:
    """Where a page is; the cycle's own page for those that the company has not."""
    name = NAMES[page.key]
    for kwargs in ({"scenario": cycle.scenario}, {}, {"key": cycle.key}):
        try:
            found = reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
        asked = f"?{urlencode({'scope': filter_text(dict(page.scope))})}" if page.scope else ""
        return f"{found}{asked}{f'#{quote(page.part)}' if page.part else ''}"
    return reverse("cycles:cycle", kwargs={"key": cycle.key})
