"""Worksheet grid: a view of more than 20,000 rows in the real app: time of a window, first paint, scrolling."""

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIRequestContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import steelyard as sy
from tests.browser.chromium import Chromium, find_chromium
from tests.browser.running_app import PASSWORD, make_people, serving_app

ROWS, ITEMS = 20_000, 500
WINDOW_MS, PAINT_MS, FRAMES = 60.0, 600.0, 50.0
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
VIEW = {
    "levels": "product_family,item,customer",
    "measures": "demand_history,statistical_forecast,consensus_demand,revenue",
    "past": "14",
    "depth": "2",
}
SCROLL = """async (step) => {
  const place = document.querySelector(".pg-scroll"), frames = 240;
  place.scrollTop = 0;
  await new Promise((resolve) => setTimeout(resolve, 800));
  const start = performance.now();
  for (let frame = 0; frame < frames; frame += 1) {
    await new Promise(requestAnimationFrame);
    place.scrollTop += step;
  }
  return frames * 1000 / (performance.now() - start);
}"""
PAINT = '() => performance.getEntriesByName("plan-grid:first-rows")[0].startTime'


def main() -> None:
    """Measure and print one line a claim."""
    browser = find_chromium()
    if isinstance(browser, str):
        sys.exit(browser)
    with tempfile.TemporaryDirectory() as folder, _company(Path(folder)) as address, _page(browser) as page:
        _sign_in(page, address)
        told = _window(page.request, address, 0)
        rows, view = told["total"], f"{told['total']:,} rows x {len(told['columns'])} columns"
        assert rows >= ROWS, f"the view has only {rows} rows"
        _say(f"worksheet window of 100 rows, view of {view}", _window_ms(page, address, rows), WINDOW_MS, "ms")
        _say("worksheet first paint in the browser", _first_paint(page, address), PAINT_MS, "ms")
        _say("worksheet scroll, 160 px a frame", page.evaluate(SCROLL, 160), FRAMES, "fps")
        _say("worksheet fling, 1,500 px a frame", page.evaluate(SCROLL, 1500), None, "fps")


@contextmanager
def _company(folder: Path) -> Iterator[str]:
    """The demo company with a scenario, served."""
    sy.demo_company(folder / "erp", items=ITEMS, seed=7)
    with sy.Workspace.create(folder / "company", company="Benchmark") as workspace:
        extract = workspace.import_extract(folder / "erp", actor="benchmark", at=AT)
        workspace.create_scenario("base", extract=extract.digest, horizon=24, actor="benchmark", at=AT).plan()
    make_people(folder / "company")
    with serving_app(folder / "company") as address:
        yield address


@contextmanager
def _page(browser: Chromium) -> Iterator[Page]:
    """A page in a window of 1,400 by 900."""
    with sync_playwright() as playwright:
        settings = {"executable_path": browser.executable, "args": list(browser.flags), "env": browser.environment}
        started = playwright.chromium.launch(**settings)  # type: ignore[arg-type]
        yield started.new_page(viewport={"width": 1400, "height": 900})
        started.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".avatar").first.wait_for()


def _window(request: APIRequestContext, address: str, start: int) -> dict[str, Any]:
    query = urlencode({**VIEW, "start": start, "count": 100})
    answer = request.get(f"{address}/api/worksheet/base/window?{query}")
    assert answer.ok, answer.text()
    return dict(answer.json())


def _window_ms(page: Page, address: str, rows: int) -> float:
    """Median time of a window, from asking to the whole answer, over places all through the view."""
    times = []
    for start in range(0, rows, rows // 40):
        begun = perf_counter()
        _window(page.request, address, start)
        times.append(perf_counter() - begun)
    return statistics.median(times) * 1000


def _first_paint(page: Page, address: str) -> float:
    """Median time from opening the page until the first rows are drawn."""
    times = []
    for _ in range(5):
        page.goto(f"{address}/worksheet/base/?{urlencode(VIEW)}")
        page.locator(".pg-row.is-first").first.wait_for()
        times.append(float(page.evaluate(PAINT)))
    return statistics.median(times)


def _say(what: str, measured: float, bar: float | None, unit: str) -> None:
    met = None if bar is None else measured >= bar if unit == "fps" else measured <= bar
    sign = ">=" if unit == "fps" else "<="
    row = {
        "what": what,
        "measured": f"{measured:.0f} {unit}",
        "bar": f"{sign} {bar:.0f} {unit}" if bar else "",
        "met": met,
    }
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
