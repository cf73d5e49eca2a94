"""Decision protocol: how a kind of decision is prepared, taken and kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecisionProtocol:
    """How a kind of decision is taken."""

    kind: str
    """Kind of decision, in snake_case."""
    title: str
    proposes: str
    """Key of the role that prepares it."""
    forum: str
    """Key of the forum that takes it."""
    least_options: int = 2
    """Options that must be compared, doing nothing included."""
    notice_days: int = 2
    """Working days before the meeting by which its paper is out."""
    evidence: tuple[str, ...] = ()
    """What the paper must show, one sentence each."""
    record: str = ""
    """What is kept of it, and for how long."""
