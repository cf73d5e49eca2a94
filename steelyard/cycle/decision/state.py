"""State of a decision: where it stands, and which acts lead on from there."""

from enum import StrEnum

from steelyard.errors import DecisionInvalid


class State(StrEnum):
    """Where a decision stands."""

    DRAFT = "draft"
    ASKED = "asked"
    DELEGATED = "delegated"
    DEFERRED = "deferred"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return self in OPEN


class Act(StrEnum):
    """What is done to a decision."""

    ASK = "ask"
    WITHDRAW = "withdraw"
    PASS_UP = "pass_up"
    DELEGATE = "delegate"
    DEFER = "defer"
    APPROVE = "approve"
    REJECT = "reject"
    SUPERSEDE = "supersede"


OPEN = frozenset({State.ASKED, State.DELEGATED, State.DEFERRED})
TAKES = (State.ASKED, State.DELEGATED)
LEADS: dict[tuple[State, Act], State] = {
    (State.DRAFT, Act.ASK): State.ASKED,
    **{(state, Act.WITHDRAW): State.DRAFT for state in OPEN},
    **{(state, Act.PASS_UP): State.ASKED for state in TAKES},
    **{(state, Act.DELEGATE): State.DELEGATED for state in TAKES},
    **{(state, Act.DEFER): State.DEFERRED for state in TAKES},
    (State.DEFERRED, Act.ASK): State.ASKED,
    **{(state, Act.APPROVE): State.APPROVED for state in TAKES},
    **{(state, Act.REJECT): State.REJECTED for state in TAKES},
    (State.APPROVED, Act.SUPERSEDE): State.SUPERSEDED,
}
"""The state an act leads to, by the state it starts from."""


def next_state(state: State, act: Act) -> State:
    """Where an act leads.

    Raises:
        DecisionInvalid: The state does not allow it.

    Example:
        >>> next_state(State.ASKED, Act.DEFER)
        <State.DEFERRED: 'deferred'>
    """
    if (state, act) not in LEADS:
        raise DecisionInvalid(
            f"A decision that is {state.value} cannot be changed so: {act.value.replace('_', ' ')}",
            mend="ask a new decision" if state in (State.APPROVED, State.REJECTED, State.SUPERSEDED) else _way(state),
        )
    return LEADS[state, act]


def acts_of(state: State) -> tuple[Act, ...]:
    """Acts that a state allows."""
    return tuple(act for at, act in LEADS if at is state)


def _way(state: State) -> str:
    return f"it allows: {', '.join(act.value.replace('_', ' ') for act in acts_of(state))}"
