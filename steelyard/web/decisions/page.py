"""Decision page: one decision as people read it before they sign: options side by side, record, signatures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from steelyard.cycle.authority import AuthorityRule, told
from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.kind import KINDS, PLAN_APPROVAL, Kind
from steelyard.cycle.decision.outlook import FIGURES, Figure, Outlook
from steelyard.cycle.decision.paper import what_is_missing
from steelyard.cycle.decision.state import State
from steelyard.cycle.grading.grade import Grade, read_grade
from steelyard.errors import DecisionInvalid, SteelyardError
from steelyard.plan.uncertainty.register import Assumption
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability, role_label
from steelyard.web.accounts.sight import sees_money, sight
from steelyard.web.company import workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.action_selectors import ActionLine, action_lines
from steelyard.web.decisions.laying import Laid, laid_of, may_lay
from steelyard.web.decisions.papers import case_of, decision_of, outlook_read, paper_of
from steelyard.web.decisions.selectors import DecisionLine, decision_line, seen_grade, sees_whole_money
from steelyard.web.decisions.services import delegate_of, may_sign, signs_instead_of
from steelyard.web.decisions.signers import Signers
from steelyard.web.decisions.signing import missing_signatures, rule_of
from steelyard.web.scenarios.choice import BASE
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import seen_assumptions

SALES = frozenset({"revenue"})


@dataclass(frozen=True)
class OptionView:
    """An option on the page."""

    number: int
    label: str
    note: str
    scenario: str
    revision: int
    digest: str
    outlook: Outlook | None
    case: BusinessCase | None
    """None where the person does not see money."""
    assumptions: tuple[Assumption, ...]
    fault: str
    weighed_at: datetime | None
    moved: bool
    """Whether its scenario has moved on since it was weighed."""
    recommended: bool
    chosen: bool
    missing: tuple[str, ...]
    """What keeps it from being approved."""


@dataclass(frozen=True)
class Cell:
    """A figure of an option."""

    value: float | None
    delta: float | None
    """Against the first option."""
    verdict: Literal["good", "bad", ""]


@dataclass(frozen=True)
class FigureRow:
    """One figure of all options."""

    figure: Figure
    first_of_group: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DecisionView:
    """All of a decision."""

    line: DecisionLine
    row: models.Decision
    kind: Kind
    options: tuple[OptionView, ...]
    figures: tuple[FigureRow, ...]
    rule: AuthorityRule | None
    rule_told: str
    signatures: tuple[models.Signature, ...]
    dissent: tuple[models.DecisionEvent, ...]
    events: tuple[models.DecisionEvent, ...]
    actions: tuple[ActionLine, ...]
    delegate: str
    handed_by: str
    """Who named the delegate."""
    instead_of: str
    """In whose place the person signs; empty for their own."""
    can_sign: bool
    can_edit: bool
    can_lead: bool
    signed_by: str
    """Who signs it, where and when, while it is open."""
    laid: Laid | None
    """How much of the approved option stands in the plan of the month; None where that is no question."""
    can_lay: bool
    grade: Grade | None
    amount: float | None
    whole: bool
    """Whether the person sees the figures."""
    waiting: bool
    """Whether an option is still being weighed."""
    lacks: tuple[str, ...]
    """What a draft still needs before it can be put before its forum."""

    @property
    def is_draft(self) -> bool:
        """Whether its paper may still change."""
        return self.row.state == State.DRAFT.value

    @property
    def amount_unknown(self) -> bool:
        """Whether nobody knows how much is at stake, so that the highest level decides."""
        return self.row.amount is None and not self.is_draft

    @property
    def about(self) -> str:
        """The part of the company it is about; empty for all of it."""
        return "; ".join(", ".join(members) for members in self.row.scope.values())

    @property
    def is_resource(self) -> bool:
        """Whether options state a business case."""
        return self.kind.resource or any(one.case and (one.case.capex or one.case.yearly_gain) for one in self.options)

    @property
    def takers(self) -> str:
        """Roles that may sign, as people read them."""
        return ", ".join(role_label(role) for role in self.rule.roles) if self.rule else ""

    @property
    def unsettled(self) -> bool:
        """Whether the page is to renew itself: an option is being weighed, or the approved plan published."""
        return self.waiting or (self.line.published_due and not self.row.publication_fault)

    @property
    def states_money(self) -> bool:
        """Whether any option states money beside its plan."""
        return any(one.case and (one.case.capex or one.case.yearly_gain or one.case.residual) for one in self.options)

    @property
    def publishes(self) -> bool:
        """Whether approval publishes a plan."""
        return self.row.kind == PLAN_APPROVAL

    @property
    def old_numbers(self) -> bool:
        """Whether it is open and an option's scenario has moved on since it was weighed."""
        return not self.is_draft and self.line.is_open and any(one.moved for one in self.options)

    @property
    def merges(self) -> str:
        """The scenario whose changes the approved option has beyond the base; empty where nothing is to be merged."""
        chosen = self.chosen_option
        decided = self.row.state == State.APPROVED.value and not self.publishes
        return chosen.scenario if decided and chosen is not None and chosen.scenario != BASE else ""

    @property
    def chosen_option(self) -> OptionView | None:
        """The option approved."""
        return next((one for one in self.options if one.chosen), None)


def decision_page(number: int, user: User) -> DecisionView:
    """One decision as a person sees it.

    Raises:
        NotFound: There is none of this number.
    """
    row = decision_of(number)
    options = list(row.options.all())
    weighed = {option.number: outlook_read(option) for option in options}
    rule = _rule(row)
    events = tuple(row.events.all())
    draft = row.state == State.DRAFT.value
    delegate, handed_by = delegate_of(row)
    laid = laid_of(row)
    return DecisionView(
        line=decision_line(row),
        row=row,
        kind=KINDS[row.kind],
        options=tuple(_option(row, option, weighed[option.number], rule) for option in options),
        figures=tuple(_figure_rows([weighed[option.number] for option in options])),
        rule=rule,
        rule_told=told(rule) if rule else "",
        signatures=tuple(row.signatures.all()),
        dissent=tuple(event for event in events if event.act == "dissent"),
        events=tuple(reversed(events)),
        actions=action_lines(decision=row.pk),
        delegate=delegate,
        handed_by=handed_by,
        instead_of=signs_instead_of(user, row),
        can_sign=_can_sign(row, user),
        can_edit=draft and user.may(Ability.BRANCH),
        can_lead=user.may(Ability.PUBLISH),
        signed_by=Signers().words(row) if State(row.state).is_open else "",
        laid=laid,
        can_lay=laid is not None and not laid.whole and may_lay(user, laid),
        grade=seen_grade(read_grade(row.grade)) if row.grade else None,
        amount=(paper_of(row).amount if draft else row.amount) if sees_whole_money() else None,
        whole=not sight().limited,
        waiting=draft and any(option.weighed_at is None and not option.fault for option in options),
        lacks=tuple(what_is_missing(paper_of(row))) if draft else (),
    )


def seen_outlook(outlook: Outlook | None) -> Outlook | None:
    """An outlook without what the person does not see; None for who sees only a part of the company."""
    if outlook is None or sight().limited:
        return None
    shown = {one.name for one in FIGURES if _shows(one)}
    figures = {name: value if name in shown else None for name, value in outlook.figures.items()}
    courses = {name: values for name, values in outlook.courses.items() if name in shown}
    expected = tuple(one for one in outlook.expected if one.name in shown)
    return Outlook(figures, outlook.periods, courses, expected, outlook.note)


def _shows(figure: Figure) -> bool:
    if figure.name == "gross_margin_percent":
        return sees_money("cost")
    return not figure.is_money or sees_money("sales" if figure.name in SALES else "cost")


def _can_sign(row: models.Decision, user: User) -> bool:
    open_now = row.state in (State.ASKED.value, State.DELEGATED.value)
    return open_now and may_sign(user, row) and not row.signatures.filter(person=user.username, void=False).exists()


def _rule(row: models.Decision) -> AuthorityRule | None:
    try:
        return rule_of(row)
    except DecisionInvalid:
        return None


def _option(
    row: models.Decision, option: models.Option, outlook: Outlook | None, rule: AuthorityRule | None
) -> OptionView:
    asked = row.state in (State.ASKED.value, State.DELEGATED.value)
    return OptionView(
        number=option.number,
        label=option.label,
        note=option.note,
        scenario=option.scenario,
        revision=option.revision,
        digest=option.recipe_id or "",
        outlook=seen_outlook(outlook),
        case=case_of(option) if sees_whole_money() else None,
        assumptions=_assumptions(option),
        fault=option.fault,
        weighed_at=option.weighed_at,
        moved=row.state in ("draft", "asked", "delegated", "deferred") and _moved(option),
        recommended=option.number == row.recommended,
        chosen=option.number == row.chosen,
        missing=tuple(missing_signatures(row, option.number)) if asked and rule else (),
    )


def _moved(option: models.Option) -> bool:
    if not option.recipe_id:
        return False
    try:
        return workspace().scenario(option.scenario).digest != option.recipe_id
    except SteelyardError:
        return True


def _assumptions(option: models.Option) -> tuple[Assumption, ...]:
    """What the option rests on, as far as the person sees it."""
    if not option.rests_on:
        return ()
    try:
        known = {entry.id: entry for entry in seen_assumptions(plan_of(option.scenario))}
    except SteelyardError:
        return ()
    return tuple(known[number] for number in option.rests_on if number in known)


def _figure_rows(outlooks: list[Outlook | None]) -> list[FigureRow]:
    seen = [seen_outlook(one) for one in outlooks]
    rows: list[FigureRow] = []
    for figure in FIGURES:
        values = [one.figures.get(figure.name) if one else None for one in seen]
        if any(value is not None for value in values):
            first = not rows or rows[-1].figure.group != figure.group
            rows.append(FigureRow(figure, first, tuple(_cell(figure, values[0], value) for value in values)))
    return rows


def _cell(figure: Figure, base: float | None, value: float | None) -> Cell:
    if base is None or value is None:
        return Cell(value, None, "")
    delta = value - base
    if abs(delta) <= 1e-9 * max(abs(base), 1.0):
        return Cell(value, None, "")
    return Cell(value, delta, "good" if (delta > 0) == (figure.better == "higher") else "bad")
