"""The browser of the browser tests: pytest-playwright's `page`, driven by whichever Chromium this machine offers."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Chromium, find_chromium
from tests.conftest import missing

# Playwright holds an event loop open in the thread of the test; the database is still only used from that thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and run them in the middle.

    By then others have compiled what a server needs, and no process is left alone with the longest of all at the end.
    """
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    others = [item for item in items if Path(__file__).parent not in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    items[:] = [*others[: len(others) // 2], *here, *others[len(others) // 2 :]]


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """The Chromium to use: the machine's own, else the one from npm; skips loudly where neither is to be had."""
    found = find_chromium()
    if isinstance(found, str):
        missing(found)
    if found.node is not None:  # Playwright's own node needs a library that a bare machine lacks
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(found.node))
    return found


@pytest.fixture(scope="session")
def playwright(chromium: Chromium, playwright: Any) -> Any:
    """Playwright, started after its node is chosen."""
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: Chromium) -> dict[str, Any]:
    """How pytest-playwright starts the browser."""
    return {"executable_path": str(chromium.executable), "args": list(chromium.flags), "env": chromium.environment}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desktop window with a working clipboard, the same on every machine."""
    window = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "UTC"}
    return {**browser_context_args, **window, "permissions": ["clipboard-read", "clipboard-write"]}
