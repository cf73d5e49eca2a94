"""Web pages: every page of the rail at 10,000 items, alone, and with fifty people who browse and edit at once.

Run: python benchmarks/web_pages.py [items] [people] [seconds]
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from re import DOTALL, findall, search, sub
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
PATIENCE = 20.0
"""A call that takes longer is a fault [seconds]."""
ANSWER_SECONDS = 120.0
"""How long an answer that is worked out in the background is waited for."""
LATE = 599
"""Stands for the status of a call that did not come."""
PART = {"HX-Request": "true"}
SLOWEST = 8


def _said(page: str) -> str:
    """What a page or part that refuses says, without its tags."""
    words = sub(r"<[^>]+>", " ", page.partition("<main")[2] or page)
    return " ".join(unescape(words).split())[:200]


@dataclass(frozen=True)
class Call:
    """One call as the person waits for it."""

    path: str
    seconds: float
    status: int
    text: str
    took: float | None = None
    """How long the background took for the answer, where that is known."""

    @property
    def failed(self) -> bool:
        """Whether it was refused, broke, or did not come in time."""
        return self.status >= 400 or self.status == LATE

    @property
    def coming(self) -> bool:
        """Whether it says that its answer is being worked out."""
        return self.status == 202


@dataclass
class Person:
    """A signed-in person: a session, and the token that goes with what is sent."""

    address: str
    name: str
    opener: OpenerDirector = field(init=False)
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        page = self.call("/account/sign-in/").text
        token = search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        said = urlencode({"username": self.name, "password": PASSWORD, "csrfmiddlewaretoken": token[1]})
        self.opener.open(Request(f"{self.address}/account/sign-in/", said.encode(), {"Referer": self.address})).read()

    def call(self, path: str, head: dict[str, str] | None = None, said: bytes | None = None) -> Call:
        """Make one call; a refusal, a fault or a silence of `PATIENCE` seconds is an answer as well."""
        began = perf_counter()
        try:
            with self.opener.open(Request(f"{self.address}{path}", said, head or {}), timeout=PATIENCE) as answer:
                text, status = answer.read().decode(), int(answer.status)
        except HTTPError as fault:
            text, status = f"{fault}: {_said(fault.read().decode())}", fault.code
        except OSError as fault:
            text, status = str(fault), LATE
        return Call(path, perf_counter() - began, status, text)

    def read(self, path: str, *, to_the_end: bool = False) -> list[Call]:
        """Open a page, and as a browser does the parts that it fetches as soon as it stands.

        Args:
            path: The page.
            to_the_end: Wait for parts that are coming, and fetch the parts they bring.
        """
        calls, waiting, asked = [self.call(path)], [], set()
        waiting += _parts(calls[0].text)
        while waiting:
            part = waiting.pop(0)
            if part in asked:
                continue
            asked.add(part)
            calls.append(self.part(part))
            there = calls[-1]
            if to_the_end and there.coming:
                there, took = until_there(self, there)
                calls[-1] = replace(calls[-1], took=took)
            waiting += _parts(there.text)
        return calls

    def part(self, path: str) -> Call:
        """Fetch a part of a page."""
        return self.call(path, PART)

    def ask_again(self, call: Call) -> Call:
        """Ask again for an answer that is coming, as the page does by itself."""
        asked = search(r"""hx-headers='({"X-Answer-Again"[^']*})'""", call.text)
        return self.call(call.path, PART | (json.loads(asked[1]) if asked else {}))

    def edit(self, item: str, percent: int) -> Call:
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
        return self.call("/api/scenarios/base/changes", head, json.dumps({"changes": [change]}).encode())


def main() -> None:
    """Measure and print one line a claim."""
    said = [int(word) for word in sys.argv[1:]]
    items, people, seconds = (*said, *(10_000, 50, 60)[len(said) :])
    with _company(items) as (address, members):
        first = Person(address, "ines")
        pages = _pages(first)
        for path in pages:
            _alone(first, path, items)
        _together([Person(address, PLANNERS[n % len(PLANNERS)]) for n in range(people)], members, seconds)


def _parts(text: str) -> list[str]:
    found = (search(r'hx-get="([^"]+)"', tag) for tag in findall(r'<[^>]*hx-trigger="(?:load|revealed)[^>]*>', text))
    return [unescape(one[1]) for one in found if one is not None and "being-worked-out" not in one.string]


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
        os.environ["STEELYARD_SIGN_INS_PER_MINUTE"] = "1000"
        with serving_app(folder / "company") as address:
            yield address, members


def _pages(person: Person) -> list[str]:
    """The pages that the rail leads to, as the S&OP lead sees it."""
    rail = search(r'<nav class="rail".*?</nav>', person.call("/").text, DOTALL)
    assert rail is not None
    return list(dict.fromkeys(findall(r'<a href="(/[^"]*)"', rail[0])))


def _alone(person: Person, path: str, items: int) -> None:
    """Time a page and each of its parts: the first call, and those after it once the answer is there."""
    for call in person.read(path, to_the_end=True):
        part = "" if call.path == path else f", part {call.path}"
        what = f"page {path}{part}, {items:,} items"
        if call.failed:
            _say(what, _failure(call), f"<= {BAR_SECONDS:.0f} s", met=False)
            continue
        took = until_there(person, call)[1] if call.took is None else call.took
        again = [person.call(call.path, PART if part else None) for _ in range(CALLS)]
        ready = "" if not call.coming else f"; answer there after {took:.0f} s"
        if any(one.coming for one in again):
            ready = f"; answer not there after {took:.0f} s"
        seconds, failed = [one.seconds for one in again], [one for one in again if one.failed]
        usual = statistics.median(seconds)
        told = f"first call {call.seconds:.2f} s, then p50 {usual:.2f} s, longest {max(seconds):.2f} s{ready}"
        met = max(call.seconds, usual) <= BAR_SECONDS and not failed
        _say(what, _failure(failed[0]) if failed else told, f"<= {BAR_SECONDS:.0f} s", met=met)


def _failure(call: Call) -> str:
    return f"no answer in {PATIENCE:.0f} s" if call.status == LATE else f"status {call.status}: {call.text[:80]}"


def until_there(person: Person, call: Call) -> tuple[Call, float]:
    """Ask again until the answer is there, or nobody would wait any longer; and how long that took."""
    began = perf_counter()
    while call.coming and perf_counter() - began < ANSWER_SECONDS:
        sleep(0.5)
        again = person.ask_again(call)
        call = again if again.status != 204 else call
    if call.status == 200 and not call.text:
        call = person.call(call.path)
    return call, perf_counter() - began


def _together(people: list[Person], members: list[str], seconds: int) -> None:
    """Let everybody browse and edit for a while; every wait and every refusal counts."""
    calls: dict[str, list[Call]] = {"pages": [], "parts": [], "asking again": [], "edits": []}
    opened: list[float] = []
    lock, end = Lock(), perf_counter() + seconds

    def live(number: int, person: Person) -> None:
        random, rail = Random(number), _pages(person)
        sleep(random.uniform(0, THINKING[1]))
        while perf_counter() < end:
            path = random.choice(rail)
            if person.name in ("dana", "sam", "ines") and random.random() < EDITS:
                edited = person.edit(random.choice(members), random.randint(1, 9))
                with lock:
                    calls["edits"].append(edited)
                sleep(random.uniform(*THINKING))
                continue
            began = perf_counter()
            page, *parts = person.read(path)
            with lock:
                opened.append(perf_counter() - began)
                calls["pages"].append(page)
                calls["parts"] += parts
            again = _think(person, [one for one in (page, *parts) if one.coming], random.uniform(*THINKING))
            with lock:
                calls["asking again"] += again

    threads = [Thread(target=live, args=one) for one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _tell_together(calls, opened, f"{len(people)} people browsing and editing")


def _think(person: Person, coming: list[Call], seconds: float) -> list[Call]:
    """Look at a page for a while; what is coming is asked for again, as the page does by itself."""
    end, made = perf_counter() + seconds, []
    while coming and perf_counter() < end:
        delays = [float(found[1]) for one in coming if (found := search(r"load delay:(\d+)s", one.text))]
        sleep(max(min([*delays, 4.0]), 0.5))
        asked = [person.ask_again(one) for one in coming]
        made += asked
        coming = [one for one in asked if one.coming]
    sleep(max(end - perf_counter(), 0.0))
    return made


def _tell_together(calls: dict[str, list[Call]], opened: list[float], what: str) -> None:
    for kind, made in calls.items():
        faults = [one for one in made if one.failed]
        for fault in faults[:5]:
            print(fault.path, _failure(fault), file=sys.stderr)
        if made:
            p95 = _p95([one.seconds for one in made])
            usual, coming = statistics.median(one.seconds for one in made), sum(one.coming for one in made)
            told = f"p50 {usual:.2f} s, p95 {p95:.2f} s, {len(made)} calls, {len(faults)} errors"
            told += f", {coming} said that the answer is coming" if coming else ""
            bar = f"p95 <= {BAR_SECONDS:.0f} s, no error"
            _say(f"{what}, {kind}", told, bar, met=p95 <= BAR_SECONDS and not faults)
            slow: dict[str, list[float]] = {}
            for one in made:
                slow.setdefault(one.path.partition("?")[0], []).append(one.seconds)
            for path, waits in sorted(slow.items(), key=lambda each: -_p95(each[1]))[:SLOWEST]:
                print(f"{kind} {path}: p95 {_p95(waits):.2f} s of {len(waits)}", file=sys.stderr)
    if opened:
        told = f"p50 {statistics.median(opened):.2f} s, p95 {_p95(opened):.2f} s, {len(opened)} pages"
        _say(f"{what}, a page with its parts one after the other", told, "told, no bar", met=True)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(int(0.95 * len(seconds)) - 1, 0)]


def _say(what: str, measured: str, bar: str, *, met: bool) -> None:
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": met}), flush=True)


if __name__ == "__main__":
    main()
