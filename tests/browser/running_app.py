"""Running app: the real server for a company folder, in a process of its own, with the people of the demo."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PASSWORD = "steelyard-demo"
PATIENCE = 60.0
"""Seconds until the server must answer."""
PEOPLE = (
    "import sys; from pathlib import Path; from steelyard.cli.people import make_people; make_people(Path(sys.argv[1]))"
)
COMMAND = "from steelyard.cli import main; main()"


def make_people(folder: Path) -> None:
    """Create one person for each role: dana, sam, petra, luis, fiona, ines, edgar, admin."""
    subprocess.run([sys.executable, "-c", PEOPLE, str(folder)], check=True, capture_output=True)


@contextmanager
def serving_app(folder: Path) -> Iterator[str]:
    """Serve a company while the block runs; gives the address."""
    port = _free_port()
    command = [sys.executable, "-c", COMMAND, "serve", "--company", str(folder), "--port", str(port)]
    log = (folder / "serve.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=os.environ.copy())
    try:
        _wait(process, f"http://127.0.0.1:{port}/alive/", folder / "serve.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start:\n{log.read_text(errors='replace')[-4000:]}")
