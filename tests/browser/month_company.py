"""Month company: a company before its first month, extracts of two months, and its people at their screens."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

import steelyard as sy
from steelyard.data.synthetic import Shape, make_company, rewind, write_company
from tests.browser.running_app import PASSWORD, make_people, serving_app

ITEMS, SEED = 8, 7
PATIENCE = 90_000
"""Milliseconds that a page, or work done by itself, may take on a busy machine."""
NAMES = ("ines", "dana", "sam", "luis", "fiona", "edgar")
"""S&OP lead, demand planner, sales, supply planner, finance, executive."""


@dataclass(frozen=True)
class Month:
    """The running app, everybody at a screen of their own, and the files of two months."""

    address: str
    folder: Path
    first: Path
    """Zip of the extract on which the month is planned."""
    second: Path
    """Folder of the extract a month later, which knows what came."""
    screens: Mapping[str, Page]
    complaints: list[str]
    """What a browser had to complain about."""

    def at(self, name: str, path: str) -> Page:
        """Somebody's screen, on a page."""
        self.screens[name].goto(f"{self.address}{path}")
        return self.screens[name]

    def drop_second_extract(self) -> None:
        """What the ERP does at month end: a folder more in the inbox."""
        shutil.copytree(self.second, self.folder / "inbox" / self.second.name)


@contextmanager
def month_under_way(folder: Path, browser: Browser, arguments: Mapping[str, object], database: str) -> Iterator[Month]:
    """A company without data, served, with everybody signed in."""
    later = make_company(Shape(items=ITEMS, seed=SEED))
    earlier = rewind(later)
    first, second = (folder / "erp" / f"{one.as_of:%Y-%m}" for one in (earlier, later))
    write_company(earlier, first)
    write_company(later, second)
    packed = Path(shutil.make_archive(str(first), "zip", first))
    sy.Workspace.create(folder / "tarn", company="Tarn & Bell", database=database).close()
    make_people(folder / "tarn")
    with serving_app(folder / "tarn") as address, ExitStack() as stack:
        expect.set_options(timeout=PATIENCE)
        stack.callback(expect.set_options, timeout=5_000)
        complaints: list[str] = []
        screens = {}
        for name in NAMES:
            context = browser.new_context(**arguments)  # type: ignore[arg-type]
            stack.callback(context.close)
            screens[name] = _signed_in(context.new_page(), address, name, complaints)
        yield Month(address, folder / "tarn", packed, second, screens, complaints)


def _signed_in(page: Page, address: str, name: str, complaints: list[str]) -> Page:
    page.on("pageerror", lambda error: complaints.append(f"{name}, {page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{name}, {page.url}: {said.text}") if said.type in {"error", "warning"} else None
        ),
    )
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".top-user, .avatar").first).to_be_visible()
    return page
