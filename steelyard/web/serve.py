"""Serve: the app for one company: tables, static files, a worker for long work, and the server."""

import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.errors import NotFound
from steelyard.plan.durable import alone

THREADS = 10
SWITCH_SECONDS = 0.001
"""How long a thread that works out an answer keeps the interpreter from one that serves a page."""
RESTART_SECONDS = 2.0
WATCH_SECONDS = 900.0
"""How often people are reminded and lateness is escalated, if there is reason to."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

log = logging.getLogger(__name__)


def serve(company_folder: Path | str, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a company until the process is stopped.

    Args:
        company_folder: A workspace.
        host: Address to listen on; other names that lead here are given by STEELYARD_HOSTS.
        port: Port to listen on.

    Raises:
        NotFound: The folder does not exist.
    """
    prepare(company_folder, host)
    from django.conf import settings
    from waitress import serve as listen

    from steelyard.web.project.wsgi import application

    sys.setswitchinterval(SWITCH_SECONDS)
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    threading.Thread(target=_watch, name="watch", daemon=True).start()
    _end_on_terminate()
    with worker():
        listen(
            application,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=settings.UPLOAD_LIMIT + (16 << 20),
            clear_untrusted_proxy_headers=True,
        )


def _end_on_terminate() -> None:
    """Let SIGTERM end the server as Ctrl-C does, so that its worker ends with it."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def prepare(company_folder: Path | str, host: str = "127.0.0.1") -> None:
    """Make ready what the server needs: settings, tables, static files; close jobs that a killed server left.

    Raises:
        NotFound: The folder does not exist.
    """
    connect(company_folder, host)
    _collect_static(Path(company_folder).resolve() / ".static")
    from steelyard.web.cycles.work_services import works_resume
    from steelyard.web.decisions.publication import publications_resume
    from steelyard.web.jobs.services import jobs_interrupted_close

    jobs_interrupted_close(all_running=True)
    publications_resume()
    works_resume()


def connect(company_folder: Path | str, host: str = "127.0.0.1") -> None:
    """Read the settings of a company and bring its tables up to date; a server that runs beside is not disturbed.

    Raises:
        NotFound: The folder does not exist.
    """
    folder = Path(company_folder).resolve()
    if not folder.is_dir():
        raise NotFound("There is no such company folder", where=str(folder), mend="make one with `steelyard new`")
    os.environ["STEELYARD_COMPANY"] = str(folder)
    os.environ.setdefault("STEELYARD_HOSTS", ",".join(dict.fromkeys((*LOOPBACK, *_names_of(host)))))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.project.settings")
    import django
    from django.core.management import call_command

    django.setup()
    with alone(folder / ".migrating"):  # NOTE: a command that runs while a new server starts makes no table twice
        call_command("migrate", verbosity=0)


@contextmanager
def worker() -> Iterator[None]:
    """Run a worker process beside the server; it is started again if it dies, and ends with the server."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_working, args=(stop,), name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(timeout=10)


def _keep_working(stop: threading.Event) -> None:
    while not stop.is_set():
        # NOTE: a session of its own, so that Ctrl-C reaches the server only, which then ends the worker.
        process = subprocess.Popen([sys.executable, "-m", "steelyard.web", "work"], start_new_session=True)
        while not stop.wait(0.5) and process.poll() is None:
            pass
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=8)
        elif not stop.is_set():
            log.warning("The worker ended with code %s and is started again", process.returncode)
            stop.wait(RESTART_SECONDS)


def _collect_static(folder: Path) -> None:
    """Collect static files where they have changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    stamp = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            stamp.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    kept = folder / "stamp.txt"
    if not kept.is_file() or kept.read_text() != stamp.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        kept.write_text(stamp.hexdigest())


def _warm_up() -> None:
    """Calculate the plan that the first page shows and what people usually ask for, so that nobody waits for it."""
    from steelyard.inventory.multi_echelon.guaranteed_service import compile_search
    from steelyard.web.project.foresight import foresee

    compile_search()
    foresee()


def _watch() -> None:
    """Remind and escalate for as long as the server runs; a fault is logged, and looked at again next time."""
    from django.db import close_old_connections

    from steelyard.web.cycles.watch import cycles_watch

    while True:
        try:
            cycles_watch()
        except Exception:
            log.exception("The months could not be watched")
        close_old_connections()
        time.sleep(WATCH_SECONDS)


def _names_of(host: str) -> tuple[str, ...]:
    if host in {"0.0.0.0", "::"}:
        return (socket.gethostname(), socket.getfqdn())
    return (host,)
