"""What all tests share: sample data beside the project, a database of their own, and how hypothesis searches."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if IN_CI else "developer")


def missing(reason: str) -> NoReturn:
    """Skip where a developer's machine lacks something; fail in continuous integration, where nothing may lack."""
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the large sample data sets that stands beside the project."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        missing("no folder `shared` with the sample data sets beside the project")
    return folder


@pytest.fixture
def database_url() -> Iterator[str]:
    """The URL of a fresh PostgreSQL database, dropped when the test ends."""
    server = os.environ.get("STEELYARD_TEST_DATABASE_URL")
    if not server:
        missing("STEELYARD_TEST_DATABASE_URL names no PostgreSQL server")
    name = f"steelyard_test_{uuid.uuid4().hex[:12]}"
    _administer(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
