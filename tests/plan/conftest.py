"""A small company's workspace, shared by the tests of a module that only read it, or fresh."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def made_workspace(folder: Path, items: int = 6) -> Workspace:
    workspace = Workspace.create(folder, company="Small Company")
    workspace.add_extract(company(items=items, customers=3), at=AT, actor="dana")
    return workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with made_workspace(tmp_path / "small") as opened:
        yield opened


@pytest.fixture
def base(workspace: Workspace) -> Scenario:
    return workspace.create_scenario("base", actor="dana", at=AT, horizon=12)


@pytest.fixture(scope="module")
def shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with made_workspace(tmp_path_factory.mktemp("shared") / "small") as opened:
        opened.create_scenario("base", actor="dana", at=AT, horizon=12)
        yield opened
