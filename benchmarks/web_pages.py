"""Web pages: every page of the rail at 10,000 items, alone, and with fifty people who browse and edit at once.

Run: python benchmarks/web_pages.py [items] [people] [seconds]
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from re import DOTALL, findall, search
from threading import Lock, Thread
from time import perf_counter, sleep
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steelyard.data.synthetic import generated_company
from steelyard.plan.workspace import Workspace
from tests.browser.running_app import PASSWORD, make_people, serving_app

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
BAR_SECONDS, CALLS = 1.0, 6
PLANNERS = ("dana", "sam", "luis", "fiona", "ines", "edgar", "petra")
EDITS = 0.04
"""Share of a planner's steps that change a number; the others open a page."""
THINKING = (3.0, 9.0)
"""How long a person looks at a page before the next [seconds]."""


@dataclass
class Person:
    """A signed-in person: a session, and the token that goes with what is sent."""

    address: str
    name: str
    opener: OpenerDirector = field(init=False)
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        page = self.read("/account/sign-in/")
        token = search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        said = urlencode({"username": self.name, "password": PASSWORD, "csrfmiddlewaretoken": token[1]})
        self.opener.open(Request(f"{self.address}/account/sign-in/", said.encode(), {"Referer": self.address})).read()

    def read(self, path: str) -> str:
        """Open a page, and the parts that it fetches as soon as it stands."""
        page = str(self.opener.open(f"{self.address}{path}", timeout=120).read().decode())
        for part in findall(r'<[^>]*hx-trigger="load[^>]*>', page):
            wanted = search(r'hx-get="([^"]+)"', part)
            if wanted is not None:
                self.opener.open(f"{self.address}{unescape(wanted[1])}", timeout=120).read()
        return page

    def edit(self, item: str, percent: int) -> None:
        """Lift an item's demand."""
        operation = {"kind": "percent", "percent": percent}
        change = {
            "operation": operation,
            "measure": "consensus_demand",
            "scope": {"item": [item]},
            "reason": "market_intelligence",
        }
        token = next(cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken")
        head = {"Content-Type": "application/json", "X-CSRFToken": token, "Referer": self.address}
        said = json.dumps({"changes": [change]}).encode()
        self.opener.open(Request(f"{self.address}/api/scenarios/base/changes", said, head), timeout=120).read()


def main() -> None:
    """Measure and print one line a claim."""
    said = [int(word) for word in sys.argv[1:]]
    items, people, seconds = (*said, *(10_000, 50, 60)[len(said) :])
    with _company(items) as (address, members):
        first = Person(address, "ines")
        pages = _pages(first)
        for path in pages:
            _alone(first, path, items)
        _together([Person(address, PLANNERS[n % len(PLANNERS)]) for n in range(people)], pages, members, seconds)


@contextmanager
def _company(items: int) -> Iterator[tuple[str, list[str]]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        generated_company(folder / "extract", items=items, months=24)
        with Workspace.create(folder / "company", company="generated") as workspace:
            extract = workspace.import_extract(folder / "extract", at=AT, actor="bench")
            base = workspace.create_scenario("base", extract=extract.digest, horizon=24, actor="bench", at=AT)
            members = list(base.plan().series("consensus_demand").names("item")[:200])
        make_people(folder / "company")
        with serving_app(folder / "company") as address:
            yield address, members


def _pages(person: Person) -> list[str]:
    """The pages that the rail leads to, as the S&OP lead sees it."""
    rail = search(r'<nav class="rail".*?</nav>', person.read("/"), DOTALL)
    assert rail is not None
    return list(dict.fromkeys(findall(r'<a href="(/[^"]*)"', rail[0])))


def _alone(person: Person, path: str, items: int) -> None:
    """Time a page over and over; the first call, which may calculate, is told apart."""
    seconds = []
    for _ in range(CALLS + 1):
        began = perf_counter()
        person.read(path)
        seconds.append(perf_counter() - began)
    usual = statistics.median(seconds[1:])
    told = f"p50 {usual:.2f} s, longest {max(seconds[1:]):.2f} s (first call {seconds[0]:.1f} s)"
    _say(f"page {path}, {items:,} items", told, f"<= {BAR_SECONDS:.0f} s", met=usual <= BAR_SECONDS)


def _together(people: list[Person], pages: list[str], members: list[str], seconds: int) -> None:
    """Let everybody browse and edit for a while; every wait and every refusal counts."""
    waits: list[float] = []
    faults: list[str] = []
    lock, end = Lock(), perf_counter() + seconds

    def live(number: int, person: Person) -> None:
        random = Random(number)
        sleep(random.uniform(0, THINKING[1]))
        while perf_counter() < end:
            path, began = random.choice(pages), perf_counter()
            edits = person.name in ("dana", "sam", "ines") and random.random() < EDITS
            try:
                person.edit(random.choice(members), random.randint(1, 9)) if edits else person.read(path)
            except (HTTPError, OSError) as fault:
                with lock:
                    faults.append(f"{person.name} {'edit' if edits else path}: {fault}")
            with lock:
                waits.append(perf_counter() - began)
            sleep(random.uniform(*THINKING))

    threads = [Thread(target=live, args=one) for one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for fault in faults[:5]:
        print(fault, file=sys.stderr)
    p95 = sorted(waits)[int(0.95 * len(waits)) - 1]
    told = f"p50 {statistics.median(waits):.2f} s, p95 {p95:.2f} s, {len(waits)} calls, {len(faults)} errors"
    what = f"{len(people)} people browsing and editing, the people's share of the machine counted in"
    _say(what, told, f"p95 <= {BAR_SECONDS:.0f} s, no error", met=p95 <= BAR_SECONDS and not faults)


def _say(what: str, measured: str, bar: str, *, met: bool) -> None:
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": met}), flush=True)


if __name__ == "__main__":
    main()
