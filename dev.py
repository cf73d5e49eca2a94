#!/usr/bin/env python3
"""The developer's door: sets up an environment beside the code, then runs one task in it. Needs Python 3.11 and pip."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = SCRIPTS / f"python{SUFFIX}"
STEELYARD = SCRIPTS / f"steelyard{SUFFIX}"
DEMO, DEMO_MADE = ROOT / "var" / "demo", ROOT / "var" / "demo.txt"
LOCKS = ROOT / "requirements"
VENDOR_STAMP = ROOT / "steelyard" / "web" / "ui" / "static" / "vendor" / ".stamp"
INSTALL_INPUTS = ("pyproject.toml", "frontend/collect.py", "frontend/package-lock.json")
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Files as they are found: left alone, pytest-xdist keeps files of few tests for last, and those take longest."""
NOT_SLOW = (*TWO_AT_A_TIME, "-m", "not slow")


def main(arguments: Sequence[str]) -> int:
    """Run the task that the command line names and return its exit code."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    tasks = parser.add_subparsers(required=True, metavar="TASK")
    for name, task in TASKS.items():
        asked = tasks.add_parser(name, help=task.__doc__, description=task.__doc__, epilog=WORDS.get(name))
        asked.set_defaults(task=task)
    if sys.version_info < (3, 11):
        parser.exit(2, f"Steelyard needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n")
    chosen, rest = parser.parse_known_args(arguments)
    return int(chosen.task(rest))


# --- tasks ---


def demo(rest: Sequence[str]) -> int:
    """Make the demo company in var/demo, once, and serve it on http://127.0.0.1:8000 (or another --port)."""
    set_up("runtime")
    if not DEMO_MADE.exists():
        shutil.rmtree(DEMO, ignore_errors=True)  # what an interrupted start has left
        print("Making the demo company, with a month's history of decisions. This takes about a minute.", flush=True)
        done = subprocess.run([str(STEELYARD), "demo", str(DEMO)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            return done.returncode
        DEMO_MADE.write_text(done.stdout)
    print(DEMO_MADE.read_text(), flush=True)
    return run(STEELYARD, "serve", "--company", DEMO, *(rest or ("--port", "8000")))


def test(rest: Sequence[str]) -> int:
    """Run the tests that are not slow, two at a time; further words go to pytest."""
    set_up("dev")
    return run(PYTHON, "-m", "pytest", *NOT_SLOW, *rest)


def test_all(rest: Sequence[str]) -> int:
    """Run every test, the slow ones too; further words go to pytest."""
    set_up("dev")
    return run(PYTHON, "-m", "pytest", *TWO_AT_A_TIME, *rest)


def check(rest: Sequence[str]) -> int:
    """Check form, types, walls and documentation; the tests of behaviour are `test`."""
    set_up("dev")
    checks: dict[str, tuple[str | Path, ...]] = {
        "format": (PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."),
        "lint": (PYTHON, "-m", "ruff", "check", "--quiet", "."),
        "types": (PYTHON, "-m", "mypy"),
        "walls": (SCRIPTS / f"lint-imports{SUFFIX}",),
        "house": (PYTHON, "-m", "pytest", "-q", "tests/architecture", "tests/documentation", *rest),
    }
    codes = {name: run(*command) for name, command in checks.items()}
    print("\n" + "\n".join(f"{name:8} {'failed' if code else 'good'}" for name, code in codes.items()))
    return int(any(codes.values()))


def bench(rest: Sequence[str]) -> int:
    """Measure: run benchmarks/*.py (or the named ones), print one table, keep each in docs/benchmarks.md."""
    set_up("dev")
    return run(PYTHON, "-m", "docs.benchmark_table", *rest)


def docs(rest: Sequence[str]) -> int:
    """Write the reference pages of docs/reference from the code and run the notebooks."""
    set_up("dev")
    return run(PYTHON, "-m", "docs.generate", *rest) or run(PYTHON, "-m", "docs.notebook")


def lock(rest: Sequence[str]) -> int:
    """Pin all packages anew, with hashes, from pyproject.toml (add --upgrade to look for newer ones)."""
    set_up("dev")
    _compile("dev", "pyproject.toml", "--extra", "postgres", "--group", "dev", "--group", "setup", *rest)
    _compile("runtime", "pyproject.toml", "--group", "setup", "--constraints", str(LOCKS / "dev.lock"))
    peers = ("--extra", "statsforecast", "--extra", "lightgbm")  # they need another pandas than the benchmarks
    _compile("forecast", "pyproject.toml", *peers, "--constraints", str(LOCKS / "runtime.lock"))
    _compile("bootstrap", "--group", "bootstrap", *rest)
    return 0


TASKS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "docs": docs,
    "test-all": test_all,
    "lock": lock,
}


WORDS = {
    "demo": "Words that are not listed here go to `steelyard serve`, such as --port 8001.",
    "test": "Words that are not listed here go to pytest, such as -k name or a path.",
    "test-all": "Words that are not listed here go to pytest, such as -k name or a path.",
    "check": "Words that are not listed here go to pytest.",
    "bench": "Words that are not listed here are names of benchmarks.",
    "lock": "Words that are not listed here go to `uv pip compile`, such as --upgrade.",
}
"""What becomes of further words, by task; said by --help."""


# --- set-up ---


def set_up(lock_name: str) -> None:
    """Make .venv hold what the lock names and the project itself; at once when nothing has changed."""
    if _is_current(lock_name):
        return
    print(f"Setting up {VENV.name} from requirements/{lock_name}.lock (once; a minute or two) ...", flush=True)
    if not PYTHON.exists():
        _make_environment()
    _pip("install", "--quiet", "--require-hashes", "-r", str(LOCKS / f"{lock_name}.lock"))
    _pip("install", "--quiet", "--no-build-isolation", "--no-deps", "--editable", str(ROOT))
    _stamp(lock_name).write_text(json.dumps(_wanted(lock_name)))


def _is_current(lock_name: str) -> bool:
    """The dev lock holds all of the runtime lock, so either environment serves the demo."""
    return VENDOR_STAMP.exists() and any(_stamp_fits(name) for name in {lock_name, "dev"})


def _stamp_fits(lock_name: str) -> bool:
    stamp = _stamp(lock_name)
    return PYTHON.exists() and stamp.exists() and bool(json.loads(stamp.read_text()) == _wanted(lock_name))


def _stamp(lock_name: str) -> Path:
    return VENV / f"steelyard-{lock_name}.json"


def _wanted(lock_name: str) -> dict[str, str]:
    files = (f"requirements/{lock_name}.lock", *INSTALL_INPUTS)
    digests = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files}
    return {"root": str(ROOT), "python": sys.version.split()[0], **digests}


def _make_environment() -> None:
    """Make .venv without pip inside (Debian's Python cannot put it there); the pip of this Python fills it."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        sys.exit("Steelyard's set-up needs pip: install it (Debian: apt install python3-pip), then start again.")
    if subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], capture_output=True).returncode:
        _make_environment_by_virtualenv()


def _make_environment_by_virtualenv() -> None:
    """Second way, for a Python whose venv module is missing."""
    boot = ROOT / "build" / "bootstrap"
    lock_file = str(LOCKS / "bootstrap.lock")
    _must(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--root-user-action=ignore",
        "--require-hashes",
        "--target",
        str(boot),
        "-r",
        lock_file,
    )
    path = os.pathsep.join([str(boot), os.environ.get("PYTHONPATH", "")])
    _must(sys.executable, "-m", "virtualenv", "--quiet", "--no-pip", str(VENV), environment={"PYTHONPATH": path})


def _pip(*words: str) -> None:
    _must(sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON), *words)


def _must(*command: str, environment: dict[str, str] | None = None) -> None:
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}).returncode
    if code:
        sys.exit(f"Set-up stopped: this ended with exit code {code}; what it said stands above.\n  {' '.join(command)}")


def _compile(name: str, *words: str) -> None:
    """Write requirements/<name>.lock for all platforms; the pins there are kept where they still fit."""
    command = [str(SCRIPTS / f"uv{SUFFIX}"), "pip", "compile", *words, "--quiet", "--universal"]
    form = ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"]
    _must(*command, *form, "--output-file", str(LOCKS / f"{name}.lock"))


def run(*command: str | Path) -> int:
    """Run a command in the project's folder and return its exit code; what ends this script ends the command."""
    with subprocess.Popen([str(word) for word in command], cwd=ROOT) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the command has received it too, and ends in its own way
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
