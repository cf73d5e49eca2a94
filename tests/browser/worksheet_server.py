"""Worksheet server: a made-up plan that speaks the worksheet's protocol from memory, and the pages that show it."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.browser.worksheet_calendar import Refusal
from tests.browser.worksheet_plan import MadeUpPlan, Stale

STATIC = Path(__file__).resolve().parents[2] / "steelyard" / "web" / "ui" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'"
)
STYLES = ("tokens", "elements", "shell", "controls", "figures", "plan_grid", "print")
MEASURES = "demand_history,statistical_forecast,consensus_demand,revenue"
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}" data-rail="wide">
<head><meta charset="utf-8"><title>Worksheet</title>
<meta name="steelyard-icons" content="/static/ui/icons.svg">
<meta name="steelyard-echarts" content="/static/vendor/echarts.min.js">
{styles}
<script type="module" src="/static/ui/page.js"></script>
<script type="module" src="/static/ui/plan_grid/element.js"></script></head>
<body class="is-filled"><div class="shell">
<header class="top-bar"><span class="brand">Steelyard</span></header><nav class="rail"></nav>
<main class="page"><div class="fill"><plan-grid {attributes}></plan-grid></div></main>
</div></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """Answers pages, static files and the protocol."""

    plan: MadeUpPlan

    def log_message(self, *_: object) -> None:
        """Keep the test output quiet."""

    def do_GET(self) -> None:
        """Answer a page, a file or a question."""
        path, asked = urlsplit(self.path).path, self._asked()
        if path.startswith("/static/"):
            self._file(STATIC / path.removeprefix("/static/"))
        elif path.startswith("/api/"):
            self._answer(lambda: self.plan.ask(path.rsplit("/", 1)[1], asked))
        elif path == "/":
            self._send(200, _page(asked).encode(), "text/html; charset=utf-8")
        else:
            self._send(404, b"", "text/plain")

    def do_POST(self) -> None:
        """Do what the protocol asks; a missing token is refused as Django does."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("X-CSRFToken") != "token":
            self._json(403, {"detail": "CSRF token missing"})
            return
        self._answer(lambda: self.plan.do(self.path.rsplit("/", 1)[1], body))

    def _asked(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()}

    def _answer(self, work: Any) -> None:
        try:
            self._json(200, work())
        except Stale as stale:
            self._json(409, stale.body)
        except Refusal as refusal:
            self._json(422, {"detail": str(refusal)})

    def _file(self, path: Path) -> None:
        if not path.is_file():
            self._send(404, b"", "text/plain")
            return
        self._send(200, path.read_bytes(), guess_type(path.name)[0] or "text/plain")

    def _json(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Set-Cookie", "csrftoken=token; path=/")
        self.end_headers()
        self.wfile.write(body)


def _page(asked: dict[str, str]) -> str:
    parts = {"levels": "product_family,item", "measures": MEASURES, "time": "month", **asked}
    theme = parts.pop("theme", "light")
    words = " ".join(f'{name}="{value}"' for name, value in parts.items())
    styles = "\n".join(f'<link rel="stylesheet" href="/static/ui/{name}.css">' for name in STYLES)
    return PAGE.format(theme=theme, styles=styles, attributes=f'src="/api/worksheet/base" {words}')


@contextmanager
def serving(plan: MadeUpPlan, port: int = 0) -> Iterator[str]:
    """Serve a plan while the block runs; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"plan": plan}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(MadeUpPlan(), 8790) as address:
        sys.stdout.write(f"{address}/?depth=1\n")
        threading.Event().wait()
