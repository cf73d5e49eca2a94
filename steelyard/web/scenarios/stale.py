"""Stale: whether what a page, a saved answer or a pack shows still holds; and a token by which a page asks again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.core import signing

from steelyard.errors import PlanError, SteelyardError
from steelyard.plan.canonical import Json
from steelyard.plan.staleness import Footing, Staleness, footing_of, footing_of_published, footing_table, staleness
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.access import require_seen

SALT = "steelyard.footing"


@dataclass(frozen=True)
class StaleLine:
    """Whether an answer still holds."""

    words: str
    """What has moved; empty where it still holds."""
    moves: tuple[str, ...]
    name: str
    at: object
    """When the answer was made."""

    @property
    def is_stale(self) -> bool:
        """Whether anything has moved."""
        return bool(self.words)


def footing_now(name: str, *, beside: Mapping[str, str] | None = None) -> Footing:
    """On what an answer stands that is made now of a scenario, or of a published plan (`plan:<id>`).

    Raises:
        NotFound: There is neither.
    """
    if name.startswith("plan:"):
        return footing_of_published(workspace(), workspace().published_plan(name.removeprefix("plan:")))
    scenario = workspace().scenario(name)
    require_seen(scenario.record)
    return footing_of(scenario, at=now(), beside=beside)


def stale_line(kept: Footing | Mapping[str, Json], *, beside: Mapping[str, str] | None = None) -> StaleLine:
    """Whether an answer still holds that was kept with its footing (`footing_now(...).to_json()`).

    Raises:
        PlanError: What was kept is no footing.
    """
    footing = kept if isinstance(kept, Footing) else Footing.from_json(kept)
    return _line(staleness(workspace(), footing, beside=beside))


def published_stale(plan_id: str) -> StaleLine:
    """Whether a published plan is still the latest word on its facts and its scenario."""
    return stale_line(footing_now(f"plan:{plan_id}"))


def stands_on(*names: str) -> dict[str, pl.DataFrame]:
    """A sheet of an exported workbook that says on what it stands, and how to ask later whether it is stale."""
    return {"Stands on": pl.concat([footing_table(footing_now(name)) for name in names])}


def watch_token(names: Sequence[str], *, registers: Sequence[str] = ()) -> str:
    """What a page carries to ask later whether the plans it shows have moved, or the registers beside them.

    Args:
        names: Scenarios, or published plans as `plan:<id>`.
        registers: Names of `Registers.digests`.
    """
    digests = workspace().records.registers.digests() if registers else {}
    beside = {name: digests[name] for name in registers}
    return signing.dumps([footing_now(name, beside=beside).to_json() for name in names], salt=SALT, compress=True)


def watched_lines(token: str) -> list[StaleLine]:
    """Those of a page's plans that have moved since it was made.

    Raises:
        PlanError: The token was not made here.
    """
    try:
        kept = signing.loads(token, salt=SALT)
    except signing.BadSignature as fault:
        raise PlanError("This page cannot say what it stands on", mend="load it again") from fault
    return [line for line in map(_watched, kept) if line.is_stale]


def _watched(kept: Mapping[str, Json]) -> StaleLine:
    try:
        return stale_line(kept, beside=workspace().records.registers.digests() if kept.get("beside") else None)
    except SteelyardError as fault:
        return StaleLine(str(fault), (str(fault),), str(kept.get("name", "")), None)


def _line(found: Staleness) -> StaleLine:
    return StaleLine(found.words, tuple(move.words for move in found.moves), found.footing.name, found.footing.at)
