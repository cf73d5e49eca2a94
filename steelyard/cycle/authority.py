"""Authority: which role may decide what kind up to what amount, in which forum, and how many must sign."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from steelyard.cycle.decision.kind import KINDS
from steelyard.errors import DecisionInvalid

ANY = ""
"""A rule for every kind that has none of its own."""
PRE_SOP, EXECUTIVE = "pre_sop", "executive_sop"


@dataclass(frozen=True)
class AuthorityRule:
    """Who decides one kind up to one amount."""

    kind: str
    """Kind of decision; empty for all kinds without rules of their own."""
    up_to: float | None
    """Largest amount; None is any."""
    forum: str
    """Where it is decided."""
    roles: tuple[str, ...]
    """Roles that may sign."""
    quorum: int = 1
    """How many different people sign."""
    includes: tuple[str, ...] = ()
    """Roles of which at least one person each must be among them."""

    def covers(self, amount: float | None) -> bool:
        """Whether it reaches so far; an amount that nobody knows (None) is covered by a rule without limit only."""
        return self.up_to is None or (amount is not None and abs(amount) <= self.up_to)


@dataclass(frozen=True)
class Signed:
    """A signature as authority sees it."""

    person: str
    role: str
    option: int


@dataclass(frozen=True)
class AuthorityFinding:
    """A fault of the matrix."""

    rule: str
    text: str
    mend: str


@dataclass(frozen=True)
class AuthorityMatrix:
    """All rules."""

    rules: tuple[AuthorityRule, ...]

    def of_kind(self, kind: str) -> tuple[AuthorityRule, ...]:
        """Rules of a kind, the smallest amount first; those for any kind where it has none."""
        own = [rule for rule in self.rules if rule.kind == kind] or [r for r in self.rules if r.kind == ANY]
        return tuple(sorted(own, key=lambda rule: (rule.up_to is None, rule.up_to or 0.0)))

    def rule_for(self, kind: str, amount: float | None) -> AuthorityRule:
        """The rule by which an amount is decided: the smallest that covers it, the highest where nobody knows it.

        Raises:
            DecisionInvalid: Nobody may decide so much.
        """
        for rule in self.of_kind(kind):
            if rule.covers(amount):
                return rule
        raise DecisionInvalid(
            f"Nobody may decide {KINDS[kind].label.lower() if kind in KINDS else kind} over {told_amount(amount)}",
            mend="add a line without limit to the authority matrix",
        )

    def may_sign(self, role: str, kind: str, amount: float | None) -> bool:
        """Whether a role may sign: the rule names it, or it may decide even more of this kind."""
        return any(role in rule.roles for rule in self.of_kind(kind) if rule.covers(amount))

    def within(self, forum: str, kind: str, amount: float | None) -> bool:
        """Whether a forum may agree itself; otherwise it passes the options up."""
        return any(rule.forum == forum for rule in self.of_kind(kind) if rule.covers(amount))


def still_missing(rule: AuthorityRule, signed: Sequence[Signed]) -> list[str]:
    """What keeps signatures on one option from being a decision, in words; nothing when they are enough.

    Example:
        >>> rule = AuthorityRule("line", None, "executive_sop", ("executive", "finance"), 2, ("executive",))
        >>> still_missing(rule, [Signed("fiona", "finance", 1)])
        ['1 more signature', 'somebody who is executive']
    """
    people = {one.person for one in signed}
    found = []
    if len(people) < rule.quorum:
        short = rule.quorum - len(people)
        found.append(f"{short} more signature{'s' if short > 1 else ''}")
    roles = {one.role for one in signed}
    return found + [f"somebody who is {role.replace('_', ' ')}" for role in rule.includes if role not in roles]


def check_authority(matrix: AuthorityMatrix, held_by: Mapping[str, Collection[str]]) -> list[AuthorityFinding]:
    """Every fault of a matrix.

    Args:
        matrix: The rules.
        held_by: People by role, active ones only.
    """
    kinds = {rule.kind for rule in matrix.rules} | {ANY}
    found = [fault for rule in matrix.rules for fault in _rule_faults(rule, held_by)]
    return [*found, *(fault for kind in sorted(kinds) for fault in _kind_faults(matrix, kind))]


def _rule_faults(rule: AuthorityRule, held_by: Mapping[str, Collection[str]]) -> Iterator[AuthorityFinding]:
    where = told(rule)
    for role in (*rule.roles, *rule.includes):
        if role not in held_by:
            yield AuthorityFinding("every_role_is_known", f"{where}: there is no role {role}", "name another role")
        elif not held_by[role]:
            yield AuthorityFinding("every_role_has_a_person", f"{where}: nobody is {role}", "give somebody the role")
    if not rule.roles:
        yield AuthorityFinding("somebody_may_sign", f"{where}: no role may sign", "name a role")
    signers = {name for role in rule.roles for name in held_by.get(role, ())}
    if not 1 <= rule.quorum <= max(len(signers), 1):
        said = f"{where}: {rule.quorum} signatures are asked for and {len(signers)} people may sign"
        yield AuthorityFinding("the_quorum_can_be_met", said, "lower the quorum, or name more roles")
    if strangers := set(rule.includes) - set(rule.roles):
        said = f"{where}: {', '.join(sorted(strangers))} must sign and may not"
        yield AuthorityFinding("who_must_sign_may_sign", said, "name the role among those that may sign")


def _kind_faults(matrix: AuthorityMatrix, kind: str) -> Iterator[AuthorityFinding]:
    rules = [rule for rule in matrix.of_kind(kind) if rule.kind == kind]
    name = KINDS[kind].label if kind in KINDS else kind or "Every other kind"
    if kind not in (ANY, *KINDS):
        yield AuthorityFinding("every_kind_is_known", f"There is no kind of decision {kind!r}", "name another kind")
    if not rules or rules[-1].up_to is not None:
        yield AuthorityFinding(
            "every_amount_has_a_decider", f"{name}: nobody may decide the largest amounts", "add a line without limit"
        )
    limits = [rule.up_to for rule in rules]
    if len(set(limits)) < len(limits):
        yield AuthorityFinding(
            "every_limit_stands_once", f"{name}: two lines have the same limit", "join them, or change a limit"
        )
    for small, large in pairwise(rules):
        if large.quorum < small.quorum:
            said = f"{name}: more money ({told(large)}) needs fewer signatures than less ({told(small)})"
            yield AuthorityFinding("more_money_needs_no_fewer_signatures", said, "raise the quorum of the larger one")


def told_amount(amount: float | None) -> str:
    """An amount in a sentence.

    Example:
        >>> told_amount(-1200.0), told_amount(None)
        ('1,200', 'an amount that nobody knows')
    """
    return "an amount that nobody knows" if amount is None else f"{abs(amount):,.0f}"


def told(rule: AuthorityRule) -> str:
    """A rule in few words."""
    name = KINDS[rule.kind].label if rule.kind in KINDS else rule.kind or "Every other kind"
    return f"{name}, {'any amount' if rule.up_to is None else f'up to {rule.up_to:,.0f}'}"


def _resource(kind: str) -> tuple[AuthorityRule, ...]:
    return (
        AuthorityRule(kind, 100_000.0, PRE_SOP, ("sop_lead", "finance"), 1),
        AuthorityRule(kind, None, EXECUTIVE, ("executive", "finance"), 2, ("executive",)),
    )


USUAL = AuthorityMatrix(
    (
        AuthorityRule("plan_approval", None, EXECUTIVE, ("executive",)),
        AuthorityRule(ANY, 250_000.0, PRE_SOP, ("sop_lead",)),
        AuthorityRule(ANY, None, EXECUTIVE, ("executive",)),
        AuthorityRule("price", 100_000.0, PRE_SOP, ("sop_lead", "finance"), 2, ("finance",)),
        AuthorityRule("price", None, EXECUTIVE, ("executive", "finance"), 2, ("executive",)),
        *_resource("line"), *_resource("site"), *_resource("people"), *_resource("investment"),
    )
)  # fmt: skip
"""What a company begins with."""
