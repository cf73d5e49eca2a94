"""Published plan: a manifest that never changes, with every number behind it by its content."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from steelyard.errors import NotFound, StoreDamaged
from steelyard.grid.block import Blocks
from steelyard.grid.measure import GRAINS
from steelyard.plan.canonical import Json, canonical_json, digest_of
from steelyard.plan.change import Change
from steelyard.plan.code_version import code_version, package_versions
from steelyard.plan.durable import make_folder, sweep_leftovers, write_whole
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.numbers import PlanMaker, PlanNumbers
from steelyard.plan.period_store import read_periods, spell_periods
from steelyard.plan.plan import Plan
from steelyard.plan.remade_inputs import RemadeInputs
from steelyard.plan.series_store import read_series, write_series
from steelyard.plan.store import BlockStore

FORMAT = 1


@dataclass(frozen=True)
class PublishedPlan:
    """A published plan.

    Args:
        id: Digest of `content`; whoever has the id can check every number.
        content: What the plan is made of and what it says: extract, parameters, changes, code, calendar, series, and
            the digests of all blocks by measure.
        information: Who published it, when, why, and with which packages; not part of the id.
    """

    id: str
    content: Mapping[str, Json] = field(repr=False)
    information: Mapping[str, Json]

    @property
    def extract(self) -> str:
        """Digest of the extract it stands on."""
        return str(self.content["extract"])

    @property
    def parameters(self) -> PlanParameters:
        """Settings of the model."""
        return PlanParameters(**self.content["parameters"])  # type: ignore[arg-type]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What people believed and decided, in order."""
        return tuple(Change.from_json(spelled) for spelled in self.content["changes"])  # type: ignore[union-attr, arg-type]

    @property
    def measures(self) -> Mapping[str, Sequence[str]]:
        """Digests of the blocks of every measure."""
        return self.content["measures"]  # type: ignore[return-value]

    @property
    def code(self) -> str:
        """Digest of the code that calculated it."""
        return str(self.content["code"])

    @property
    def actor(self) -> str:
        """Who published it."""
        return str(self.information["actor"])

    @property
    def at(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(str(self.information["at"]))

    @property
    def note(self) -> str:
        """Why it was published."""
        return str(self.information["note"])

    @property
    def scenario(self) -> str:
        """The scenario it was published from."""
        return str(self.information["scenario"])


class PublishedPlans:
    """The published plans of a folder.

    Args:
        folder: Holds `blocks/` (packs), `series/` and `manifests/`.
    """

    def __init__(self, folder: Path) -> None:
        self._manifests, self._series, self._blocks = (folder / part for part in ("manifests", "series", "blocks"))
        for part in (folder, self._manifests, self._series):
            make_folder(part)
        self.store = BlockStore(self._blocks)

    def publish(
        self, plan: PlanNumbers, *, company: str, actor: str, at: datetime, note: str = "", revision: int = 0
    ) -> PublishedPlan:
        """Keep a plan for ever: first its blocks, then its series, last its manifest.

        A crash before the last step leaves no plan and no damage; publishing again writes only what is missing, and
        clears away what the crash left half-written.
        """
        for folder in (self._blocks, self._series, self._manifests):
            sweep_leftovers(folder)
        measures = published_values(plan)
        self.store.put(block for blocks in measures.values() for block in blocks)
        series: dict[str, str] = {g: write_series(plan.inputs.series[g], self._series) for g in GRAINS}
        content = self._content(plan, company, series, {n: self.store.digests(b) for n, b in measures.items()})
        published = PublishedPlan(digest_of(content), content, _information(plan, actor, at, note, revision))
        if not self._path(published.id).exists():
            text = canonical_json({"content": published.content, "information": published.information})
            write_whole(self._path(published.id), [text])
        return self.open(published.id)

    def ids(self) -> tuple[str, ...]:
        """Ids of all published plans."""
        return tuple(sorted(path.stem for path in self._manifests.glob("*.json")))

    def open(self, plan_id: str) -> PublishedPlan:
        """Open a published plan and check its manifest.

        Raises:
            NotFound: There is no such plan.
            StoreDamaged: The manifest was altered.
        """
        path = self._path(self.full_id(plan_id))
        try:
            manifest = json.loads(path.read_bytes())
            published = PublishedPlan(path.stem, manifest["content"], manifest["information"])
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise _damaged("The manifest cannot be read", path) from fault
        if digest_of(published.content) != published.id:
            raise _damaged("The manifest does not match its id", path)
        return published

    def full_id(self, start: str) -> str:
        """Complete the first characters of an id.

        Raises:
            NotFound: No plan, or more than one, begins so.
        """
        found = [known for known in self.ids() if known.startswith(start)] if len(start) >= 4 else []
        if len(found) != 1:
            what = (
                f"{len(found)} published plans begin with {start!r}"
                if found
                else f"There is no published plan {start!r}"
            )
            raise NotFound(what, mend="list the published plans and give more of the id")
        return found[0]

    def plan(self, published: PublishedPlan, wiring: Wiring, maker: PlanMaker) -> Plan:
        """The numbers of a published plan; blocks are read when they are asked for."""
        digests: Mapping[str, str] = published.content["series"]  # type: ignore[assignment]
        series = {grain: read_series(digests[grain], self._series) for grain in GRAINS}
        periods = read_periods(published.content["calendar"])  # type: ignore[arg-type]
        inputs = PlanInputs(
            published.extract,
            published.parameters,
            periods,
            MappingProxyType(series),
            RemadeInputs(maker, published.extract, published.parameters, published.changes),
        )
        values = StoredValues(self.store, published.measures)
        digest = str(published.content["plan"])
        return Plan(published.scenario, inputs, values, published.parameters, published.changes, wiring, digest, maker)

    def verify(self, plan_id: str) -> int:
        """Read every block of a published plan and check it against its digest.

        Returns:
            How many blocks were checked.

        Raises:
            StoreDamaged: A block or the manifest is missing or altered.
        """
        published = self.open(plan_id)
        wanted = {digest for digests in published.measures.values() for digest in digests}
        for digest in sorted(wanted):
            self.store.get(digest)
        series: Mapping[str, str] = published.content["series"]  # type: ignore[assignment]
        for rows in series.values():
            read_series(rows, self._series)
        return len(wanted)

    def _content(
        self, plan: PlanNumbers, company: str, series: Mapping[str, str], measures: Mapping[str, Sequence[str]]
    ) -> dict[str, Json]:
        return {
            "format": FORMAT,
            "company": company,
            "extract": plan.inputs.extract,
            "parameters": asdict(plan.parameters),
            "changes": [change.to_json() for change in plan.changes],
            "code": code_version(),
            "plan": plan.digest,
            "calendar": spell_periods(plan.inputs.plan_periods),
            "series": dict(series),
            "measures": {name: list(digests) for name, digests in measures.items()},
        }

    def _path(self, plan_id: str) -> Path:
        return self._manifests / f"{plan_id}.json"


class StoredValues(Mapping[str, object]):
    """Measures of a published plan, read from the store when they are first asked for."""

    def __init__(self, store: BlockStore, measures: Mapping[str, Sequence[str]]) -> None:
        self._store, self._measures = store, measures
        self._read: dict[str, Blocks] = {}

    def __getitem__(self, name: str) -> Blocks:
        """The blocks of a measure; KeyError if the plan does not hold it."""
        if name not in self._read:
            self._read[name] = tuple(self._store.get_all(self._measures[name]))
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Say whether the plan holds a measure, without reading it."""
        return name in self._measures

    def __iter__(self) -> Iterator[str]:
        """Names of the measures."""
        return iter(self._measures)

    def __len__(self) -> int:
        """How many measures there are."""
        return len(self._measures)


def published_values(plan: PlanNumbers) -> dict[str, Blocks]:
    """All measures of a plan that are kept, also as they were before people's changes."""
    kept: dict[str, Blocks] = {}
    for name in sorted(plan.values):
        value = plan.values[name]
        if name.partition("@")[0] in plan.wiring.measures and isinstance(value, tuple):
            kept[name] = value
    return kept


def _information(plan: PlanNumbers, actor: str, at: datetime, note: str, revision: int) -> dict[str, Json]:
    return {
        "actor": actor,
        "at": at.isoformat(),
        "note": note,
        "scenario": plan.name,
        "revision": revision,
        "packages": package_versions(),
    }


def _damaged(what: str, path: Path) -> StoreDamaged:
    return StoreDamaged(what, where=str(path), mend="restore it from a backup")
