"""Papers: a decision's records as the values that rules, signatures and publication work on."""

from steelyard.cycle.authority import USUAL, AuthorityMatrix, AuthorityRule
from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.outlook import Outlook, amount_at_stake, read_outlook
from steelyard.cycle.decision.paper import Paper, PaperOption
from steelyard.cycle.decision.recipe import Recipe, read_recipe
from steelyard.errors import NotFound
from steelyard.web.decisions import models
from steelyard.web.decisions.seen import sees_decision


def decision_of(number: int) -> models.Decision:
    """Find a decision.

    Raises:
        NotFound: There is none of this number that the person of the request may see.
    """
    found = models.Decision.objects.filter(pk=number).first()
    if found is None or not sees_decision(found):
        raise NotFound(f"There is no decision {number}", mend="look at the queue of decisions")
    return found


def option_of(decision: models.Decision, number: int | None) -> models.Option:
    """Find an option of a decision.

    Raises:
        NotFound: It has none of this number.
    """
    found = decision.options.filter(number=number).first() if number is not None else None
    if found is None:
        raise NotFound(f"Decision {decision.pk} has no option {number}", mend="choose one of those it has")
    return found


def case_of(option: models.Option) -> BusinessCase:
    """The business case of an option."""
    return BusinessCase(**option.case)


def outlook_read(option: models.Option) -> Outlook | None:
    """The outlook of an option, once it is weighed."""
    return read_outlook(option.outlook) if option.outlook else None


def recipe_read(option: models.Option) -> Recipe:
    """The recipe of an option.

    Raises:
        NotFound: It is not weighed.
    """
    if option.recipe is None:
        raise NotFound(f"Option {option.label} is not weighed", mend="weigh it")
    return read_recipe(option.recipe.content)


def paper_of(decision: models.Decision) -> Paper:
    """The paper of a decision as it stands now."""
    options = list(decision.options.all())
    return Paper(
        kind=decision.kind,
        question=decision.question,
        background=decision.background,
        amount=amount_of(decision, options),
        recommended=decision.recommended,
        options=tuple(_paper_option(option) for option in options),
        scope=decision.scope,
    )


def amount_of(decision: models.Decision, options: list[models.Option]) -> float | None:
    """Money at stake: the largest that any option moves against the first one, which is to do nothing.

    None where an option does not tell its margin or stock: nobody knows, and the highest level decides.
    """
    weighed = [(option, found) for option in options if (found := outlook_read(option)) is not None]
    if not weighed:
        return 0.0
    base, amounts = weighed[0][1], []
    for option, found in weighed:
        case = case_of(option)
        amounts.append(amount_at_stake(found, base, capex=case.capex, yearly_gain=case.yearly_gain))
    known = [amount for amount in amounts if amount is not None]
    return max(known) if len(known) == len(amounts) else None


def authority_matrix() -> AuthorityMatrix:
    """The rules in force: those of the company, else the usual ones."""
    lines = models.AuthorityLine.objects.all()
    rules = tuple(
        AuthorityRule(line.kind, line.up_to, line.forum, tuple(line.roles), line.quorum, tuple(line.includes))
        for line in lines
    )
    return AuthorityMatrix(rules) if rules else USUAL


def _paper_option(option: models.Option) -> PaperOption:
    return PaperOption(
        option.number,
        option.label,
        option.recipe_id or "",
        option.revision,
        case_of(option),
        option.outlook is not None and option.weighed_at is not None,
        tuple(option.rests_on),
    )
