"""Calculator: plans by their digest, each calculated once and from the nearest one known."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid, SpreadImpossible
from steelyard.plan.cache import Cache
from steelyard.plan.canonical import Json, digest_of
from steelyard.plan.change import Change, active_changes
from steelyard.plan.code_version import code_version
from steelyard.plan.crossing.fact import Mixing, fitting_changes
from steelyard.plan.crossing.way_file import KeptPlan
from steelyard.plan.crossing.way_store import WayStore
from steelyard.plan.effort import Effort
from steelyard.plan.executor import Executor
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs, PlanParameters, freeze_inputs
from steelyard.plan.inputs.approved import Approved
from steelyard.plan.inputs.recall import Recall
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.remade_inputs import RemadeInputs
from steelyard.plan.run import Results, run_plan

KEPT_RECALLED = 2
"""Ways that were read and not gone; the numbers of their plans are unpacked when they are asked for."""
KEPT_EXTRACTS, KEPT_LENT, KEPT_INPUTS, KEPT_RESULTS, KEPT_ASIDE = 4, 32, 8, 24, 24

PLAIN_KINDS = frozenset({"parameter", "master_data"})
"""Kinds of changes that move inputs and leave no trace of their id there."""


class Calculator:
    """Makes plans from extracts, parameters and changes, and remembers the latest.

    Args:
        wiring: Which calculation reads and writes which measure.
        open_extract: Opens an extract by digest.
        executor: Who runs the blocks; by default threads of this machine.
        approved: Gives the receipts of a published plan by its id.
        ways: Where plans on ways are kept for other processes; by default nowhere.
    """

    def __init__(
        self,
        wiring: Wiring,
        open_extract: Callable[[str], Extract],
        executor: Executor | None = None,
        approved: Approved | None = None,
        ways: WayStore | None = None,
    ) -> None:
        self._ways = ways
        self._recalled: Cache[tuple[str, str], Mapping[str, KeptPlan]] = Cache(KEPT_RECALLED)
        self.wiring, self._open, self._executor, self._approved = wiring, open_extract, executor, approved
        self._extracts: Cache[str, Extract] = Cache(KEPT_EXTRACTS)
        self._lent: Cache[str, Extract] = Cache(KEPT_LENT)
        self._mixings: Cache[tuple[str, str], Mixing] = Cache(KEPT_EXTRACTS)
        self._inputs: Cache[str, PlanInputs] = Cache(KEPT_INPUTS)
        self._recall = Recall()
        self._results: Cache[str, Results] = Cache(KEPT_RESULTS)
        self._aside: Cache[str, Results] = Cache(KEPT_ASIDE)
        self._effort = Effort()

    def extract(self, digest: str) -> Extract:
        """Open an extract."""
        return self._lent.get(digest) or self._extracts.made(digest, lambda: self._open(digest))

    def facts(self, before: str, after: str) -> tuple[str, ...]:
        """Kinds of facts in which two extracts differ.

        Raises:
            PlanError: They are of different companies.
        """
        return tuple(fact.kind for fact in self._mixing(before, after).facts)

    def mixed(self, before: str, after: str, kinds: Collection[str]) -> str:
        """Digest of an extract with some kinds of facts of the one after and the others of the one before.

        It is kept nowhere, only held while plans are calculated on it.
        """
        made = self._mixing(before, after).mixed(kinds)
        return before if made.digest == before else after if made.digest == after else self._lend(made)

    def fitting(self, extract: str, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes without those of master data whose row an extract does not hold: they could move nothing."""
        return fitting_changes(self.extract(extract), changes)

    def inputs(self, extract: str, parameters: PlanParameters, changes: Sequence[Change] = ()) -> PlanInputs:
        """Freeze inputs: the extract with the parameter and master data changes laid on.

        Raises:
            PlanError: The extract holds nothing to plan.
            ChangeInvalid: A change does not fit the extract.
        """
        tables = tuple(change for change in changes if change.moves_inputs)
        spelled: Json = [extract, asdict(parameters), [_spelled(change) for change in tables]]
        return self._inputs.made(
            digest_of(spelled),
            lambda: freeze_inputs(
                self.extract(extract),
                parameters,
                tables,
                previous=self._inputs.latest(),
                approved=self._approved,
                recall=self._recall,
            ),
        )

    def plan(
        self,
        name: str,
        extract: str,
        parameters: PlanParameters,
        changes: Sequence[Change],
        *,
        near: str = "",
    ) -> Plan:
        """Calculate a plan, or find it.

        Args:
            name: What the plan is called.
            extract: Digest of the extract.
            parameters: Settings of the model.
            changes: Changes in order; those switched off or expired are left out.
            near: Digest of a plan like it, to start from.

        Raises:
            ChangeInvalid: A change does not fit the extract any more; the message names scenario and change.
            SpreadImpossible: Locked cells leave no room for a change.
        """
        try:
            return self._plan(name, extract, parameters, changes, (near,), self._results)
        except (ChangeInvalid, SpreadImpossible) as fault:
            raise type(fault)(fault.what, where=f"scenario {name}, {fault.where}", mend=fault.mend) from fault

    def numbers(self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: str = "") -> Plan:
        """Calculate a plan on the way to an explanation; what people work on stays remembered."""
        return self._plan("", extract, parameters, changes, (near,), self._aside)

    def on_way(
        self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: Sequence[str] = ()
    ) -> Plan:
        """The measures of a plan between two plans: recalled, or calculated with all that stands behind them.

        Args:
            extract: Digest of the extract.
            parameters: Settings of the model.
            changes: Changes in order.
            near: Digests of plans like it; it begins from the one that is expected to leave least to do.
        """
        active = active_changes(changes, self.extract(extract).as_of)
        digest = plan_digest(extract, parameters, active)
        kept = next((plans[digest] for plans in self._recalled.kept() if digest in plans), None)
        if kept is None or self._results.get(digest) or self._aside.get(digest):
            return self._plan("", extract, parameters, active, near, self._aside)
        remade = RemadeInputs(self, extract, parameters, active)
        inputs = PlanInputs(extract, parameters, kept.periods, kept.series, remade)
        return Plan("", inputs, kept.values, parameters, active, self.wiring, digest, self)

    def recall_way(self, before: str, after: str) -> None:
        """Have the plans between two plans, named by their digests, at hand if somebody has calculated them before."""
        if self._ways is not None and not self._recalled.get((before, after)):
            plans = self._ways.open(before, after)
            if plans:
                self._recalled.keep((before, after), plans)

    def keep_way(self, before: str, after: str, plans: Sequence[PlanNumbers]) -> None:
        """Keep the plans between two plans, for whoever asks about them next."""
        if self._ways is not None:
            self._ways.keep(before, after, plans)

    def fresh_plan(self, name: str, extract: str, parameters: PlanParameters, changes: Sequence[Change]) -> Plan:
        """Calculate a plan from nothing but its extract; nothing known before is used."""
        source = self._open(extract)
        active = active_changes(changes, source.as_of)
        inputs = freeze_inputs(source, parameters, active, approved=self._approved)
        results = run_plan(inputs, active, wiring=self.wiring, executor=self._executor)
        digest = plan_digest(extract, parameters, active)
        return Plan(name, inputs, results.values, parameters, active, self.wiring, digest, self)

    def _mixing(self, before: str, after: str) -> Mixing:
        return self._mixings.made((before, after), lambda: Mixing(self.extract(before), self.extract(after)))

    def _lend(self, extract: Extract) -> str:
        return self._lent.keep(extract.digest, extract).digest

    def _plan(
        self,
        name: str,
        extract: str,
        parameters: PlanParameters,
        changes: Sequence[Change],
        near: Sequence[str],
        kept: Cache[str, Results],
    ) -> Plan:
        active = active_changes(changes, self.extract(extract).as_of)
        digest = plan_digest(extract, parameters, active)
        results = self._results.get(digest) or kept.made(
            digest, lambda: self._calculate(extract, parameters, active, near)
        )
        return Plan(name, results.inputs, results.values, parameters, active, self.wiring, digest, self)

    def _calculate(
        self, extract: str, parameters: PlanParameters, active: Sequence[Change], near: Sequence[str]
    ) -> Results:
        inputs = self.inputs(extract, parameters, active)
        previous = self._like(inputs, active, near)
        results = run_plan(inputs, active, wiring=self.wiring, previous=previous, executor=self._executor)
        if previous is not None:
            self._effort.learn(previous, results)
        return results

    def _like(self, inputs: PlanInputs, active: Sequence[Change], near: Sequence[str]) -> Results | None:
        """The results to start from: of the near ones the nearest, or the latest with the same series and periods."""
        found = [known for digest in near if (known := self._aside.get(digest) or self._results.get(digest))]
        fitting = [known for known in found if known.inputs.shape == inputs.shape]
        if fitting:
            return min(fitting, key=lambda known: self._effort.expected(known, inputs, active))
        latest = self._results.latest()
        others = (*([] if found or latest is None else [latest]), *self._aside.kept(), *self._results.kept())
        return next((results for results in others if results.inputs.shape == inputs.shape), None)


def _spelled(change: Change) -> str:
    """A change as inputs know it: only what brings, ends or succeeds items leaves its id in them."""
    return change.content if change.enabled and change.kind in PLAIN_KINDS else change.digest


def plan_digest(extract: str, parameters: PlanParameters, active: Sequence[Change]) -> str:
    """Digest all that a plan is made of: extract, parameters, changes in order, and code."""
    changes = [change.digest for change in active]
    return digest_of({"extract": extract, "parameters": asdict(parameters), "changes": changes, "code": code_version()})
