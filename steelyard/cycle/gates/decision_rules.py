"""Rules of the meetings: is everything decided, every assumption validated, the plan published."""

from steelyard.cycle.gates.facts import ApprovalFacts, AssumptionFacts, DecisionFacts, Line, PublicationFacts
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page

DECISIONS, RISK = Page("decisions"), Page("risk")


@rule("decisions")
def no_open_decision(decisions: DecisionFacts) -> Evidence:
    """Every decision that was asked for in the cycle is taken.

    Those who may sign approve, reject or defer each on its page; it says who they are.
    """
    told = f"{counted(len(decisions.open), 'decision')} open, {decisions.decided:,} taken."
    return Evidence(not decisions.open, told, DECISIONS, tuple(_row(one, DECISIONS) for one in decisions.open))


@rule("decisions")
def every_approved_option_is_in_the_plan(decisions: DecisionFacts) -> Evidence:
    """What approved options change is laid on the plan of the month.

    Press "Lay it on the plan" on the page of the decision; who may change the plan may do so.
    """
    beside = decisions.beside
    told = (
        f"{counted(len(beside), 'approved option')} not in the plan yet."
        if beside
        else f"Every approved option is in the plan; {counted(decisions.decided, 'decision')} taken."
    )
    return Evidence(not beside, told, DECISIONS, tuple(_row(one, DECISIONS) for one in beside))


@rule("decisions")
def no_action_is_overdue(decisions: DecisionFacts) -> Evidence:
    """No action is past its day.

    Its owner says on Decisions, Actions, that it is done or dropped, or gives it another day.
    """
    told = f"{counted(len(decisions.due), 'action')} past their day." if decisions.due else "No action is past its day."
    return Evidence(not decisions.due, told, DECISIONS, tuple(_row(one, DECISIONS) for one in decisions.due))


@rule("risk")
def every_assumption_is_validated(assumptions: AssumptionFacts) -> Evidence:
    """Every assumption that the plan counts on is validated and still valid.

    Press Validate or Reject beside each on Risk.
    """
    done = assumptions.standing - len(assumptions.open)
    told = f"{done:,} of {counted(assumptions.standing, 'assumption')} validated."
    return Evidence(not assumptions.open, told, RISK, tuple(_row(one, RISK) for one in assumptions.open))


@rule("decisions")
def the_plan_is_approved(approval: ApprovalFacts) -> Evidence:
    """A plan approval of the cycle is signed, and has published its plan; until then nothing else publishes one.

    Ask a decision of the kind plan approval with the plan as an option; who may sign it publishes the plan by signing.
    """
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
    return Row(line.subject, line.text, line.amount, page=page, decision=line.decision)
