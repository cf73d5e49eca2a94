"""Workspace: a folder with a company's extracts, plans and settings, and the records of its scenarios."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from steelyard.data.extract import Extract, mark_latest, write_extract
from steelyard.data.importing import import_extract
from steelyard.data.intake import Progress
from steelyard.data.threshold import Thresholds
from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import join
from steelyard.plan.calculator import Calculator
from steelyard.plan.canonical import Json
from steelyard.plan.change import Change
from steelyard.plan.crossing.way_store import WayStore
from steelyard.plan.durable import make_folder, write_whole
from steelyard.plan.executor import Executor
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.inputs.approved import ApprovedReceipts
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan, PublishedPlans
from steelyard.plan.record_faults import not_found
from steelyard.plan.record_tables import ExtractRecord, PublishedRecord
from steelyard.plan.records import Records
from steelyard.plan.replay import ReplayReport, compare_replay
from steelyard.plan.scenario import Scenario
from steelyard.plan.settings import SETTINGS, read_settings, settings_text
from steelyard.plan.sign_off.signature import SignOff
from steelyard.plan.sign_off.signed_slice import refuse_closed
from steelyard.plan.wiring import STANDARD

LAST_PUBLISHED = "last-published"
"""Names the plan published last wherever a published plan is asked for."""


class Workspace:
    """A company's plans.

    The folder holds `steelyard.toml` (settings), `extracts/`, `plans/` (published plans) and, unless the settings name
    a database, `records.db`.

    Args:
        folder: Where it lies.
        company: The company.
        database: URL of the records; empty for `records.db` in the folder.
        wiring: Which calculation reads and writes which measure.
        executor: Who runs the blocks; by default threads of this machine.
        thresholds: How far figures may differ before a check of the data speaks.
    """

    def __init__(
        self,
        folder: Path,
        company: str,
        database: str = "",
        *,
        wiring: Wiring = STANDARD,
        executor: Executor | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.folder, self.company = folder, company
        self.thresholds = thresholds or Thresholds()
        self.records: Records = Records.open(database or folder / "records.db")
        self.plans = PublishedPlans(folder / "plans")
        self.calculator: Calculator = Calculator(
            wiring, self.open_extract, executor, self.approved_receipts, WayStore(folder / "plans" / "ways")
        )
        self.records.watch = self._watch

    @classmethod
    def create(cls, folder: str | Path, *, company: str, database: str = "") -> "Workspace":
        """Make a workspace in an empty or new folder.

        Raises:
            PlanError: The folder already holds a workspace.
        """
        place = Path(folder)
        if (place / SETTINGS).exists():
            raise PlanError(
                "There is already a workspace here", where=str(place), mend="open it, or choose another folder"
            )
        for part in (place, place / "extracts", place / "plans"):
            make_folder(part)
        workspace = cls(place, company, database)
        write_whole(place / SETTINGS, [settings_text(company, database)])
        return workspace

    @classmethod
    def open(cls, folder: str | Path, *, database: str = "") -> "Workspace":
        """Open a workspace.

        Args:
            folder: Where it lies.
            database: URL of the records, in place of the one in the settings.

        Raises:
            NotFound: The folder holds no workspace.
            PlanError: The settings cannot be read.
        """
        place = Path(folder)
        if not (place / SETTINGS).is_file():
            raise NotFound("There is no workspace here", where=str(place), mend="make one with `steelyard new`")
        settings = read_settings(place)
        workspace = cls(place, settings.company, database or settings.database, thresholds=settings.thresholds)
        workspace._recover()
        return workspace

    def close(self) -> None:
        """Give back files and connections."""
        self.records.close()

    def __enter__(self) -> "Workspace":
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_fault: object) -> None:
        """Close it at the end of the block."""
        self.close()

    # ---- extracts

    def import_extract(
        self,
        source: str | Path,
        *,
        at: datetime,
        mapping: str | Path | None = None,
        actor: str = "",
        progress: Progress | None = None,
        as_of: date | None = None,
    ) -> Extract:
        """Read, map, check and keep an extract.

        Args:
            source: Folder or database URL.
            at: When.
            mapping: Mapping file; nothing if the files follow the contract.
            actor: Who imports.
            progress: Called with the step, what is done of it and how much there is to do.
            as_of: As-of date, if another than the files state.

        Raises:
            ImportRejected: The files cannot be trusted; the last good extract stays.
        """
        extract = import_extract(
            source, mapping=mapping, into=self._extracts, progress=progress, at=at, as_of=as_of,
            thresholds=self.thresholds,
        )  # fmt: skip
        self._keep(extract, actor, at)
        return extract

    def add_extract(self, extract: Extract, *, at: datetime, actor: str = "") -> Extract:
        """Keep an extract that was made in memory."""
        place = self._extracts / extract.digest
        kept = extract if place.exists() else write_extract(extract, place)
        mark_latest(kept, self._extracts)
        self._keep(extract, actor, at)
        return kept

    def extracts(self) -> tuple[ExtractRecord, ...]:
        """All extracts, oldest first."""
        return self.records.extracts()

    def open_extract(self, digest: str = "") -> Extract:
        """Open an extract by digest or the beginning of it; the latest one if nothing is given.

        Raises:
            NotFound: There is no such extract.
        """
        return Extract.open(self._extracts / self._extract_digest(digest))

    # ---- scenarios

    def create_scenario(
        self, name: str, *, actor: str, at: datetime, extract: str = "", note: str = "", **parameters: object
    ) -> Scenario:
        """Make a scenario that stands on an extract.

        Args:
            name: Its name, unique in the workspace.
            actor: Who makes it.
            at: When.
            extract: Digest of the extract; the latest one if nothing is given.
            note: What it is for.
            parameters: Settings of the model, such as `horizon=24`.

        Raises:
            NameTaken: Another scenario has the name.
            ChangeInvalid: There is no such parameter, or its value is out of range.
        """
        settings = PlanParameters()
        for key, value in parameters.items():
            settings = settings.with_value(key, value)
        record = self.records.add_scenario(
            name,
            extract=self._extract_digest(extract),
            parameters=dict(asdict(settings)),
            actor=actor,
            at=at,
            note=note,
        )
        return Scenario(self, record.id)

    def scenario(self, name: str | int) -> Scenario:
        """Find a scenario by name or number.

        Raises:
            NotFound: There is none; the message names near ones.
        """
        return Scenario(self, self.records.scenario(name).id)

    def scenarios(self, *, archived: bool = False) -> tuple[Scenario, ...]:
        """All scenarios, oldest first.

        Args:
            archived: Whether to list those in the archive, too.
        """
        return tuple(Scenario(self, r.id) for r in self.records.scenarios() if archived or not r.archived)

    # ---- published plans

    def publish(self, plan: Plan, *, actor: str, at: datetime, note: str = "", revision: int = 0) -> PublishedPlan:
        """Keep the numbers of a plan for ever."""
        published = self.plans.publish(plan, company=self.company, actor=actor, at=at, note=note, revision=revision)
        self.records.add_published(_record_of(published))
        return published

    def published(self) -> tuple[PublishedRecord, ...]:
        """All published plans, oldest first."""
        return self.records.published()

    def published_plan(self, plan_id: str) -> PublishedPlan:
        """Open a published plan by id, the beginning of it, or `last-published`.

        Raises:
            NotFound: There is no such plan.
            StoreDamaged: The manifest was altered.
        """
        return self.plans.open(self.published_id(plan_id) or plan_id)

    def published_id(self, name: str) -> str:
        """What opens a published plan: the id of `last-published`, else the name itself; empty where none begins so."""
        ids = [record.id for record in self.published()]
        if name == LAST_PUBLISHED and ids:
            return ids[-1]
        return name if name and any(one.startswith(name) for one in ids) else ""

    def numbers_of(self, published: PublishedPlan) -> Plan:
        """The numbers of a published plan, as they were published."""
        return self.plans.plan(published, self.calculator.wiring, self.calculator)

    def approved_receipts(self, plan_id: str) -> ApprovedReceipts:
        """New orders of a published plan, as later plans are held against them.

        Raises:
            NotFound: There is no such plan.
        """
        plan = self.numbers_of(self.published_plan(plan_id))
        return ApprovedReceipts(
            plan.inputs.series["item_location"].members.select("item", "location"),
            tuple(plan.horizon.labels),
            join(plan.blocks("constrained_receipts")),
        )

    def branch_published(self, plan_id: str, name: str, *, actor: str, at: datetime, note: str = "") -> Scenario:
        """Make a scenario that starts from a published plan.

        Raises:
            NameTaken: Another scenario has the name.
        """
        published = self.published_plan(plan_id)
        parameters: Mapping[str, Json] = asdict(published.parameters)
        record = self.records.add_scenario(
            name, extract=published.extract, parameters=dict(parameters), base_plan=published.id, actor=actor, at=at,
            note=note,
        )  # fmt: skip
        return Scenario(self, record.id)

    def replay(self, plan_id: str) -> ReplayReport:
        """Calculate a published plan again from its extract and changes and compare every block.

        Raises:
            NotFound: The plan or its extract is not here.
            StoreDamaged: The manifest or the extract was altered.
        """
        published = self.published_plan(plan_id)
        fresh = self.calculator.fresh_plan(
            published.scenario, published.extract, published.parameters, published.changes
        )
        return compare_replay(published, fresh, self.plans.store)

    # ----

    @property
    def _extracts(self) -> Path:
        return self.folder / "extracts"

    def _keep(self, extract: Extract, actor: str, at: datetime) -> None:
        record = ExtractRecord(extract.digest, extract.company, extract.source_system, extract.as_of, actor, at)
        self.records.add_extract(record)

    def _extract_digest(self, start: str) -> str:
        known = [record.digest for record in self.extracts()]
        found = known[-1:] if not start else [digest for digest in known if digest.startswith(start)]
        if len(found) != 1:
            raise not_found("extract", start or "(latest)", known)
        return found[0]

    def _watch(self, scenario: int, closed: tuple[SignOff, ...], changes: tuple[Change, ...]) -> None:
        refuse_closed(changes, closed, Scenario(self, scenario).inputs, self.calculator.wiring)

    def _recover(self) -> None:
        """Enter plans whose manifest was written when a crash kept the record from being written."""
        known = {record.id for record in self.published()}
        for plan_id in self.plans.ids():
            if plan_id not in known:
                self.records.add_published(_record_of(self.plans.open(plan_id)))


def _record_of(published: PublishedPlan) -> PublishedRecord:
    revision = int(str(published.information["revision"]))
    return PublishedRecord(
        published.id, published.scenario, revision, published.extract, published.actor, published.at, published.note
    )
