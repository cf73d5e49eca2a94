"""The readme: its month runs as it stands, in Python and on the command line."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text()
BLOCKS = {
    language: body for language, body in re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL) if "dev.py" not in body
}
PASSWORD = "quiet river stones"
SCRIPTS = Path(sys.executable).parent


def test_a_month_in_ten_lines_has_ten_lines() -> None:
    body = BLOCKS["python"].split("sy.demo_company", 1)[1]
    assert body.count("\n") <= 10


@pytest.mark.slow
def test_a_month_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKS["python"]], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_a_month_runs_on_the_command_line(tmp_path: Path) -> None:
    environment = dict(os.environ)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for line in BLOCKS[""].strip().splitlines():
        name, *words = shlex.split(line)
        if name == "export":
            environment.update([words[0].split("=", 1)])
        elif words[0] != "serve":
            typed = ["--password-stdin"] if words[0] == "user" else []  # the test has no terminal to be asked at
            done = subprocess.run(
                [SCRIPTS / name, *words, *typed],
                cwd=tmp_path,
                env=environment,
                input=PASSWORD,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout[-1000:]}{done.stderr[-2000:]}"
