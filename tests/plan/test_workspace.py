"""Workspace: a folder that is made once, opened often, and never half-made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import steelyard as sy
from steelyard.errors import DataError, ImportRejected, NotFound, PlanError
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}


def test_a_workspace_is_made_once_and_opened_again(tmp_path: Path):
    folder = tmp_path / 'a "quoted" company'
    Workspace.create(folder, company='Bikes & "Co" – Zürich').close()
    with Workspace.open(folder) as again:
        assert again.company == 'Bikes & "Co" – Zürich'
    with pytest.raises(PlanError, match="already"):
        Workspace.create(folder, company="Bikes")


def test_a_folder_without_a_workspace_is_named(tmp_path: Path):
    with pytest.raises(NotFound, match="steelyard new"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize("settings", ["", "company = ", "colour = 'red'", b"\xff\xfe"])
def test_broken_settings_are_named(tmp_path: Path, settings):
    path = tmp_path / "steelyard.toml"
    path.write_bytes(settings if isinstance(settings, bytes) else settings.encode())
    with pytest.raises(PlanError, match=r"steelyard\.toml"):
        Workspace.open(tmp_path)


def test_an_extract_made_in_memory_is_kept_and_found_by_its_beginning(workspace):
    extract = company(items=2)
    workspace.add_extract(extract, at=AT)
    assert workspace.open_extract(extract.digest[:8]).digest == extract.digest
    assert [record.company for record in workspace.extracts()] == ["Small Company", "Small Company"]
    workspace.add_extract(extract, at=AT)
    assert len(workspace.extracts()) == 2
    with pytest.raises(NotFound):
        workspace.open_extract("ffff")


def test_a_rejected_import_leaves_the_last_good_extract(workspace, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    before = workspace.extracts()
    with pytest.raises(ImportRejected):
        workspace.import_extract(tmp_path / "empty", at=AT)
    assert workspace.extracts() == before
    workspace.open_extract()


def test_scenarios_without_an_extract_are_refused(tmp_path: Path):
    with Workspace.create(tmp_path / "w", company="Bikes") as empty, pytest.raises(NotFound, match="extract"):
        empty.create_scenario("base", **DANA)


@pytest.mark.postgres
def test_records_may_lie_in_postgresql(tmp_path: Path, database_url: str):
    with Workspace.create(tmp_path / "w", company="Bikes", database=database_url) as workspace:
        extract = workspace.add_extract(company(items=2), at=AT)
        name = f"base {tmp_path.name}"
        base = workspace.create_scenario(name, extract=extract.digest, horizon=6, **DANA)
        base.change("consensus_demand", percent=5, **DANA)
        published = base.publish(**DANA)
    assert not (tmp_path / "w" / "records.db").exists()
    with Workspace.open(tmp_path / "w") as again:
        assert again.scenario(name).changes == published.changes
        assert again.replay(published.id).same


def test_a_month_in_ten_lines(tmp_path: Path):
    sy.demo_company(tmp_path / "extract", items=40, seed=7)
    ws = sy.Workspace.create(tmp_path / "scales", company="Scales")
    ws.import_extract(tmp_path / "extract", at=AT)
    base = ws.create_scenario("base", horizon=18, **DANA)
    promo = base.branch("promo", **DANA)
    promo.change("consensus_demand", percent=8, scope={"product_family": "Kitchen scales"}, reason="promotion", **DANA)
    assert sy.compare(base.plan(), promo.plan(), measures=["demand_plan"]).kpis["promo - base"][0] > 0
    chain = sy.bridge(base.plan(), promo.plan(), "demand_plan")
    assert chain.start + sum(step.effect for step in chain.steps) == chain.end
    assert promo.plan().explain("revenue", scope={"product_family": "Kitchen scales"}).changes
    assert ws.replay(promo.publish(**DANA).id).same
    ws.close()


def test_public_names_are_there():
    for name in sy.__all__:
        assert getattr(sy, name) is not None
    with pytest.raises(AttributeError):
        sy.nothing  # noqa: B018
    assert set(sy.__all__) == set(dir(sy))


def test_the_settings_set_thresholds_of_the_checks(tmp_path: Path) -> None:
    Workspace.create(tmp_path, company="Bikes").close()
    with (tmp_path / "steelyard.toml").open("a") as settings:
        settings.write("\n[thresholds]\noverdue_days = 3\n")
    with Workspace.open(tmp_path) as opened:
        assert opened.thresholds.overdue_days == 3


def test_a_wrong_threshold_names_the_file(tmp_path: Path) -> None:
    Workspace.create(tmp_path, company="Bikes").close()
    with (tmp_path / "steelyard.toml").open("a") as settings:
        settings.write("\n[thresholds]\noverdue_days = -3\n")
    with pytest.raises(DataError, match=r"overdue_days is -3.*steelyard\.toml"):
        Workspace.open(tmp_path)
