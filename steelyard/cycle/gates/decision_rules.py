"""Rules of the meetings: is everything decided, every assumption validated, the plan published."""

from steelyard.cycle.gates.facts import ApprovalFacts, AssumptionFacts, DecisionFacts, Line, PublicationFacts
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page

DECISIONS, RISK = Page("decisions"), Page("risk")


@rule("decisions")
def no_open_decision(decisions: DecisionFacts) -> Evidence:
    """Every decision that was asked for in the cycle is taken."""
    told = f"{counted(len(decisions.open), 'decision')} open, {decisions.decided:,} taken."
    return Evidence(not decisions.open, told, DECISIONS, tuple(_row(one, DECISIONS) for one in decisions.open))


@rule("decisions")
def no_action_is_overdue(decisions: DecisionFacts) -> Evidence:
    """No action is past its day."""
    told = f"{counted(len(decisions.due), 'action')} past their day." if decisions.due else "No action is past its day."
    return Evidence(not decisions.due, told, DECISIONS, tuple(_row(one, DECISIONS) for one in decisions.due))


@rule("risk")
def every_assumption_is_validated(assumptions: AssumptionFacts) -> Evidence:
    """Every assumption that the plan counts on is validated and still valid."""
    done = assumptions.standing - len(assumptions.open)
    told = f"{done:,} of {counted(assumptions.standing, 'assumption')} validated."
    return Evidence(not assumptions.open, told, RISK, tuple(_row(one, RISK) for one in assumptions.open))


@rule("decisions")
def the_plan_is_approved(approval: ApprovalFacts) -> Evidence:
    """A plan approval of the cycle is signed, and has published its plan; until then nothing else publishes one."""
    if approval.plan:
        return Evidence(True, f"Plan {approval.plan[:12]} is approved and published.", DECISIONS)
    waits = (
        f"{counted(approval.asked, 'plan approval')} to be signed" if approval.asked else "no plan approval is asked"
    )
    return Evidence(False, f"No plan is approved: {waits}.", DECISIONS)


@rule("published")
def the_plan_is_published(publication: PublicationFacts) -> Evidence:
    """A plan has been published in this cycle, and the scenario has not moved since."""
    page = Page("published")
    if not publication.plan:
        return Evidence(False, "No plan has been published in this cycle.", page)
    if publication.moved:
        return Evidence(False, f"The scenario has moved since plan {publication.plan[:12]} was published.", page)
    return Evidence(True, f"Plan {publication.plan[:12]} is published, and nothing has moved since.", page)


def _row(line: Line, page: Page) -> Row:
    return Row(line.subject, line.text, line.amount, page=page)
