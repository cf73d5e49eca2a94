"""The doors: in the web, plans, extracts and registers come as the person of the request sees them."""

import re

from tests.architecture.sources import PACKAGE, python_files, shown

DOORS = {
    "steelyard/web/scenarios/plans.py",
    "steelyard/web/masterdata/selectors.py",
    "steelyard/web/scenarios/registers.py",
}
"""Where they are handed out."""
SEES_ALL = {
    "steelyard/web/scenarios/tasks.py",
    "steelyard/web/segmentation/services.py",
    "steelyard/web/risk/services.py",
    "steelyard/web/scenarios/merging.py",
    "steelyard/web/decisions/weighing.py",
    "steelyard/web/decisions/grading.py",
}
"""Work of the system itself (options are frozen and graded whole), and places that take settings or a digest only."""
PAST_THE_DOORS = re.compile(
    r"numbers_of\(|calculator\.(extract|plan|numbers|on_way|fresh_plan)\(|open_extract\(|\.plan\(\)"
    r"|registers\.(assumptions|risks)\.entries\(|intelligence\.entries\("
)
STARTS_THREADS = {
    "steelyard/web/serve.py",
    "steelyard/web/jobs/management/commands/work.py",
    "steelyard/web/answers/desk.py",
}
"""The server, the worker, and answers: each of them is worked out in the context of the person who asks."""
THREADS = re.compile(r"threading\.Thread\(|ThreadPoolExecutor|ProcessPoolExecutor|asyncio\.")


def test_nobody_in_the_web_goes_past_the_doors() -> None:
    web = [path for path in python_files() if path.is_relative_to(PACKAGE / "web")]
    found = {shown(path): PAST_THE_DOORS.findall(path.read_text()) for path in web}
    past = {name for name, uses in found.items() if uses} - DOORS - SEES_ALL
    assert sorted(past) == []


def test_no_request_starts_a_thread_that_would_see_everything() -> None:
    web = [path for path in python_files() if path.is_relative_to(PACKAGE / "web")]
    threads = {shown(path) for path in web if THREADS.search(path.read_text())}
    assert sorted(threads - STARTS_THREADS) == []
