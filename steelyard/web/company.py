"""Company: the workspace this server stands on, opened once per process."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from steelyard.plan.workspace import Workspace


def workspace() -> Workspace:
    """The company's workspace.

    Raises:
        NotFound: The company folder holds none.
    """
    return _open(Path(settings.COMPANY_FOLDER), str(settings.RECORDS_URL))


def now() -> datetime:
    """The moment of an action; below the web nothing looks at a clock."""
    return timezone.now()


@lru_cache(maxsize=8)
def _open(folder: Path, url: str) -> Workspace:
    return Workspace.open(folder, database=url)
