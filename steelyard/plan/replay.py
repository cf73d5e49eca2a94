"""Replay: a published plan calculated again from its extract and changes, compared block by block."""

from dataclasses import dataclass

from steelyard.plan.code_version import code_version
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan, published_values
from steelyard.plan.store import BlockStore


@dataclass(frozen=True)
class ReplayReport:
    """What a replay found."""

    id: str
    """The published plan."""
    same: bool
    """Whether every number came out with the same bytes."""
    blocks: int
    """How many blocks were compared."""
    different: tuple[str, ...]
    """Measures with a block that differs or is missing on one side."""
    code_same: bool
    """Whether the code that calculates is the code of the publication."""

    def __str__(self) -> str:
        """Say the outcome in one line."""
        if self.same:
            return f"Plan {self.id[:12]} replays to the same {self.blocks} blocks"
        code = "" if self.code_same else "; the code has changed since"
        return f"Plan {self.id[:12]} replays differently in {', '.join(self.different)}{code}"


def compare_replay(published: PublishedPlan, fresh: Plan, store: BlockStore) -> ReplayReport:
    """Compare a freshly calculated plan with what was published."""
    again = {name: store.digests(blocks) for name, blocks in published_values(fresh).items()}
    then = {name: list(digests) for name, digests in published.measures.items()}
    different = tuple(name for name in sorted(then.keys() | again.keys()) if then.get(name) != again.get(name))
    blocks = sum(len(digests) for digests in again.values())
    return ReplayReport(published.id, not different, blocks, different, published.code == code_version())
