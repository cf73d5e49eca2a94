"""Published plans: content by digest, never altered, whole or absent, the same when calculated again."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.errors import NotFound, StoreDamaged
from steelyard.plan.code_version import code_version
from steelyard.plan.store import BlockStore
from steelyard.plan.workspace import Workspace

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}


def test_a_published_plan_says_what_it_is_made_of(workspace, base):
    base.change("consensus_demand", add=5, **DANA)
    published = base.publish(**DANA, note="January")
    assert published.extract == base.extract
    assert published.changes == base.changes
    assert published.parameters == base.parameters
    assert published.code == code_version()
    assert (published.actor, published.at, published.note, published.scenario) == ("dana", AT, "January", "base")
    assert [record.id for record in workspace.published()] == [published.id]


def test_its_numbers_are_those_of_the_plan(workspace, base):
    plan = base.plan()
    numbers = workspace.numbers_of(base.publish(**DANA))
    for measure in plan.measures:
        if measure in plan.values:
            assert [b.tobytes() for b in numbers.blocks(measure)] == [b.tobytes() for b in plan.blocks(measure)]
    assert numbers.value("utilisation") == plan.value("utilisation")
    by = ["product_family", "channel"]
    assert numbers.frame("revenue", by=by).equals(plan.frame("revenue", by=by))
    assert numbers.explain("revenue", scope={"item": "I0"}).value == plan.value("revenue", scope={"item": "I0"})


def test_of_its_numbers_only_those_asked_for_are_read(workspace, base, monkeypatch):
    published = base.publish(**DANA)
    read: list[str] = []
    get = BlockStore.get
    monkeypatch.setattr(BlockStore, "get", lambda self, digest: read.append(digest) or get(self, digest))
    numbers = workspace.numbers_of(published)
    assert "revenue" in numbers.measures
    numbers.value("consensus_demand")
    assert read
    assert set(read) == set(published.measures["consensus_demand"])


def test_publishing_the_same_content_again_gives_the_same_plan(workspace, base):
    first = base.publish(**DANA, note="first")
    again = base.publish(actor="omar", at=AT, note="again")
    assert again.id == first.id
    assert again.note == "first"
    assert len(workspace.published()) == 1


def test_publishing_after_an_edit_writes_only_new_blocks(workspace, base):
    base.publish(**DANA)
    packs = {path: path.stat().st_size for path in (workspace.folder / "plans" / "blocks").glob("*.pack")}
    base.change("price", percent=1, scope={"item": "I0"}, **DANA)
    base.publish(**DANA)
    new = [path for path in (workspace.folder / "plans" / "blocks").glob("*.pack") if path not in packs]
    assert len(new) == 1
    assert new[0].stat().st_size < sum(packs.values())


def test_replay_gives_the_same_bytes(workspace, base):
    base.change("consensus_demand", formula="*1.1+20", scope={"product_family": "F0"}, **DANA)
    published = base.publish(**DANA)
    report = workspace.replay(published.id[:12])
    assert report.same
    assert report.code_same
    assert "replays to the same" in str(report)


def test_replay_in_a_copy_of_the_workspace_gives_the_same_bytes(workspace, base, tmp_path: Path):
    import shutil

    published = base.publish(**DANA)
    workspace.close()
    shutil.copytree(workspace.folder, tmp_path / "elsewhere")
    with Workspace.open(tmp_path / "elsewhere") as other:
        assert other.replay(published.id).same


def test_a_scenario_branches_from_a_published_plan(workspace, base):
    base.change("consensus_demand", add=50, **DANA)
    published = base.publish(**DANA)
    branch = workspace.branch_published(published.id[:8], "february", **DANA)
    base.undo(**DANA)
    assert branch.changes == published.changes
    assert branch.plan().value("revenue") == workspace.numbers_of(published).value("revenue")


def test_unknown_and_ambiguous_ids_are_refused(workspace, base):
    base.publish(**DANA)
    for start in ("zzzz", "", "ab"):
        with pytest.raises(NotFound):
            workspace.published_plan(start)


def test_an_altered_manifest_is_found(workspace, base):
    published = base.publish(**DANA)
    path = workspace.folder / "plans" / "manifests" / f"{published.id}.json"
    manifest = json.loads(path.read_bytes())
    manifest["content"]["company"] = "Another"
    path.write_text(json.dumps(manifest))
    with pytest.raises(StoreDamaged, match="does not match"):
        workspace.published_plan(published.id)


def test_verify_finds_an_altered_block_and_altered_series(workspace, base):
    published = base.publish(**DANA)
    assert workspace.plans.verify(published.id) > 10
    pack = next((workspace.folder / "plans" / "blocks").glob("*.pack"))
    content = bytearray(pack.read_bytes())
    content[len(content) // 3] ^= 4
    pack.write_bytes(content)
    with Workspace.open(workspace.folder) as again, pytest.raises(StoreDamaged):
        again.plans.verify(published.id)
    series = next((workspace.folder / "plans" / "series").glob("*.series"))
    series.write_bytes(series.read_bytes()[:-20])
    with Workspace.open(workspace.folder) as again, pytest.raises(StoreDamaged, match="series"):
        again.numbers_of(published)


def test_a_plan_whose_record_was_lost_in_a_crash_is_entered_again(workspace, base):
    plan = base.plan()
    published = workspace.plans.publish(plan, company="Small Company", actor="dana", at=AT)
    assert workspace.published() == ()
    with Workspace.open(workspace.folder) as again:
        assert [record.id for record in again.published()] == [published.id]


PUBLISHER = """
    import sys
    from datetime import UTC, datetime
    from steelyard.plan.workspace import Workspace
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    workspace = Workspace.open(sys.argv[1])
    scenario = workspace.scenario("base")
    scenario.plan()
    print("ready", flush=True)
    while True:
        scenario.change("consensus_demand", add=1, scope={"product_family": "F0"}, actor="dana", at=at)
        scenario.publish(actor="dana", at=at)
        print("published", flush=True)
"""


@pytest.mark.parametrize("wait", [0.05, 0.13, 0.21])
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_during_change_and_publish_leaves_the_last_good_state(workspace, base, wait: float):
    command = [sys.executable, "-c", textwrap.dedent(PUBLISHER), str(workspace.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as publisher:
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == "ready\n"
        publisher.stdout.readline()
        time.sleep(wait)
        publisher.send_signal(signal.SIGKILL)
        finished = 1 + publisher.stdout.read().count("published")
    with Workspace.open(workspace.folder) as again:
        published = again.published()
        assert finished <= len(published) <= finished + 1
        for record in published:
            again.plans.verify(record.id)
        assert finished <= len(again.scenario("base").changes) <= finished + 1
        assert again.replay(published[-1].id).same
        again.scenario("base").publish(**DANA)
