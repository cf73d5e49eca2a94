"""A small company served: its workspace, one person for each role, and clients signed in as them."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from steelyard.plan.workspace import Workspace
from steelyard.web import company as served
from steelyard.web.accounts.models import User
from steelyard.web.accounts.roles import Role
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def made_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "small"
    with Workspace.create(folder, company="Small Company") as workspace:
        workspace.add_extract(company(items=6, customers=3), at=AT, actor="dana")
        base = workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        base.change("consensus_demand", percent=5, scope={"product_family": "F0"}, actor="dana", at=AT, reason="launch")
        base.branch("promo", actor="sam", at=AT, note="spring").change(
            "consensus_demand", percent=10, scope={"product_family": "F1"}, actor="sam", at=AT, reason="promotion"
        )
    return folder


@pytest.fixture(autouse=True)
def _plain(settings, tmp_path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.PAGE_PATIENCE_SECONDS = None
    settings.RECORDS_URL = ""
    settings.COMPANY_FOLDER = tmp_path / "nowhere"


@pytest.fixture
def site(db, settings, made_company, tmp_path) -> Iterator[Workspace]:
    """The company in a folder of its own, served by this process."""
    settings.COMPANY_FOLDER = tmp_path / "company"
    shutil.copytree(made_company, settings.COMPANY_FOLDER)
    yield served.workspace()
    served.workspace().close()
    served._open.cache_clear()


@pytest.fixture
def person(db) -> Callable[[str], User]:
    def find(role: str) -> User:
        return User.objects.get_or_create(username=role, defaults={"role": Role(role).value})[0]

    return find


@pytest.fixture
def client_of(person) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(person(role))
        return client

    return sign_in
