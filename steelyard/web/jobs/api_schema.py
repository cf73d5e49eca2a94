"""API schema: how a job looks in the API."""

from datetime import datetime
from typing import Any

from ninja import Schema


class JobOut(Schema):
    """A job."""

    id: int
    kind: str
    title: str
    author: str
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stage: str
    done: float
    error: str
    result: dict[str, Any]
