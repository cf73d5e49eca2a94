"""Every page and every operation of the API, walked by every role and by people who see a part or no money."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.test import Client

from steelyard.plan.export import DANGEROUS
from steelyard.plan.workspace import Workspace
from steelyard.web import company as served_company
from steelyard.web.accounts.models import User
from steelyard.web.accounts.roles import ABILITIES, Ability, Role
from tests.made_once import copy_of
from tests.web.project import walk
from tests.web.project.month import PARTED, Kept, kept, month
from tests.web.project.two_families import SECRET, served

ROLES = [role.value for role in Role]
OPEN = {"/account/sign-in/", "/alive/"}
GUARDED: dict[str, Ability] = {
    "/trail/": Ability.READ_TRAIL,
    "/scenario/<str:scenario>/publish/": Ability.PUBLISH,
    "/scenarios/new/": Ability.BRANCH,
    "/data/upload/": Ability.IMPORT,
    "/decisions/new/": Ability.BRANCH,
    "/decisions/<int:number>/edit/": Ability.BRANCH,
}
"""Pages that some roles do not open, with the ability they take. Every other page opens for every role."""
BRANCHING = {"/risk/assume/", "/risk/new/", "/scenario/<str:scenario>/rebase/", "/scenarios/merge/"}
GUARDED |= dict.fromkeys(BRANCHING, Ability.BRANCH) | {"/intelligence/new/": Ability.EDIT_DEMAND}
GUARDED |= dict.fromkeys(("/finance/actions/new/", "/risk/signposts/new/", "/decisions/new/"), Ability.BRANCH)
GUARDED |= {"/trail/export.<slug:kind>": Ability.READ_TRAIL, "/decisions/authority/set/": Ability.PUBLISH}
NEEDS_COST = {
    "/balance/<str:scenario>/balance.xlsx",
    "/book/<int:number>/",
    "/finance/actions/new/",
    "/finance/finance.xlsx",
    "/portfolio/<str:scenario>/exits/",
    "/stock/<str:scenario>/budget.xlsx",
    "/stock/<str:scenario>/network/",
    "/stock/<str:scenario>/chain/",
    "/stock/<str:scenario>/discounts/",
    "/stock/<str:scenario>/joint/",
    "/stock/<str:scenario>/last-buys/",
    "/stock/<str:scenario>/lots/",
    "/stock/<str:scenario>/policies/",
    "/stock/<str:scenario>/sheet/<str:sheet>.xlsx",
    "/capacity/<str:scenario>/options/",
    "/capacity/<str:scenario>/options/ranking/",
    "/supply-review/<str:scenario>/moves.xlsx",
    "/supply-review/<str:scenario>/ways/",
}
"""Pages that weigh costs, which a role without that money does not open."""
RECORDS = {"number", "key", "option", "entry", "note", "job_id", "view_id", "task"}
"""Parts that name a record which the small company may not have; then the page says that there is none."""
NOT_FOUND = {
    "/account/single-sign-on/",
    "/account/single-sign-on/back/",
    "/accuracy/accuracy.xlsx",
    "/cycle/templates/<slug:name>/",
    "/scenarios/change-sets/<str:name>/",
    "/portfolio/<str:scenario>/launch/<str:item>/",
    "/data/<slug:digest>/quarantine/<slug:table>.csv",
}
"""Pages of things that the small company does not have."""
KNOWN = {
    "scenario": "base",
    "name": "base",
    "view_id": "1",
    "change": "1",
    "change_id": "1",
    "on": "true",
    "view": "demand",
    "kind": "csv",
    "number": "1",
    "item": "I0",
    "location": "D1",
    "resource": "LINE",
    "table": "sales_line",
    "part": "findings",
    "job_id": "1",
    "measure": "revenue",
    "measures": "revenue,gross_margin,consensus_demand",
    "row": "consensus_demand@//item:I0",
    "column": "2026-03",
    "against": "promo",
    "other": "promo",
    "day": "2026-06-01",
    "amount": "1000",
    "period": "2026-03",
    "matter": "step:demand_planning",
    "key": "2026-01",
    "act": "open",
    "step": "demand_planning",
    "task": "1",
    "option": "1",
    "entry": "1",
    "note": "1",
    "kpi": "revenue",
    "level": "product_family",
    "asked": "{}",
    "subject": "scenario:base",
    "sheet": "policies",
    "family": "F0",
}
"""What a part of an address, or a question that an operation asks, stands for in the small company."""
ASKED = {"/scenarios/compare/export/", "/scenarios/watch/"}
"""Pages that answer a question only; without one they say so."""
SPECIAL: dict[str, dict[str, str]] = {
    "/portfolio/<str:scenario>/<slug:table>.<slug:kind>": {"table": "launches"},
    "/data/<slug:digest>/<part:part>/": {"part": "lineage"},
    "/governance/<slug:part>/new/": {"part": "forum"},
    "/governance/<slug:part>/remove/": {"part": "forum"},
    "/governance/<slug:part>/edit/<path:name>/": {"part": "forum", "name": "Demand review"},
    "/scenarios/compare/side-by-side/": {"?": "?with=base&with=promo&measure=revenue"},
    "/scenarios/compare/chain/": {"?": "?with=base&with=promo&measure=revenue"},
    "/stock/<str:scenario>/budget.xlsx": {"?": "?budget=100000"},
    "/stock/<str:scenario>/place/": {"?": "?item=I0&location=D1"},
}
"""Routes in which a part stands for something else."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(tmp_path_factory, "two-families", served, tmp_path_factory.mktemp("walk") / "company")


@pytest.fixture(scope="module")
def months() -> dict[str, Kept]:
    """The month's records, once they are made; its company lies beside them."""
    return {}


@pytest.fixture
def site(db, settings, made, months, tmp_path) -> Iterator[Workspace]:
    settings.COMPANY_FOLDER = tmp_path / "company"
    beside = made.parent / "with_month"
    if months:
        copytree(beside, settings.COMPANY_FOLDER)
        months["kept"].put_back()
    else:
        copytree(made, settings.COMPANY_FOLDER)
        month(served_company.workspace())
        served_company.workspace().close()
        served_company._open.cache_clear()
        copytree(settings.COMPANY_FOLDER, beside)
        months["kept"] = kept()
    yield served_company.workspace()
    served_company.workspace().close()
    served_company._open.cache_clear()


@pytest.fixture
def known(site) -> dict[str, str]:
    return {**KNOWN, "digest": site.extracts()[-1].digest, "plan_id": site.published()[-1].id}


def signed_in(user: AbstractUser) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def somebody(role: str, name: str = "") -> User:
    return User.objects.get_or_create(username=name or role, defaults={"role": role})[0]


def listed(found: dict) -> str:
    return "\n".join(f"{where}: {what}" for where, what in found.items())


def test_every_part_of_an_address_is_known() -> None:
    """A new page or operation says here what its parts stand for; then it is walked."""
    asked = {name for route in walk.routes() for name in walk.parts_of(route)}
    for _, _, operation in walk.operations():
        asked |= {p["name"] for p in operation.get("parameters", []) if p["in"] == "path" or p.get("required")}
    assert sorted(asked - KNOWN.keys() - {"digest", "plan_id"}) == []
    assert sorted(GUARDED.keys() - set(walk.routes())) == []


def test_strangers_see_no_page_and_no_number(site, known) -> None:
    client = Client(raise_request_exception=False)
    for stop in walk.stops(known, SPECIAL):
        answer = client.get(stop.address)
        if stop.address not in OPEN and not stop.route.startswith("/account/single-sign-on/"):
            assert answer.status_code == 302 or walk.parts_of(stop.route), stop
            assert answer.status_code == 404 or answer["Location"].startswith("/account/sign-in/"), stop
    for method, path, operation in walk.operations():
        assert walk.ask(client, method, path, operation, known).status_code == 401, path


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_every_role_as_declared(site, known, role) -> None:
    client, odd = signed_in(somebody(role)), {}
    for stop in walk.stops(known, SPECIAL):
        status = client.get(stop.address).status_code
        ability = GUARDED.get(stop.route)
        refused = ability is not None and ability not in ABILITIES[Role(role)]
        refused |= stop.route in NEEDS_COST and role == "sales"
        right = (
            {403}
            if refused
            else {404}
            if stop.route in NOT_FOUND
            else {400, 422}
            if stop.route in ASKED
            else {200, 204, 286, 302, 405}
        )
        if status not in right:
            missing = status == 404 and RECORDS & set(walk.parts_of(stop.route))
            odd |= {} if missing else {stop.route: status}
    assert not odd, listed(odd)


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_every_role_in_words(site, known, role) -> None:
    client, odd = signed_in(somebody(role)), {}
    for method, path, operation in walk.operations():
        answer = walk.ask(client, method, path, operation, known)
        if answer.status_code >= 500 or (answer.status_code >= 400 and not answer.json()["detail"]):
            odd[method, path] = answer.status_code
    assert not odd, listed(odd)


def pages_and_numbers(client: Client, known) -> Iterator[tuple[str, int, str]]:
    """Everything that can be read: address, status and text."""
    for stop in walk.stops(known, SPECIAL):
        answer = client.get(stop.address)
        yield stop.address, answer.status_code, walk.text_of(answer)
    for method, path, operation in walk.operations():
        if method == "get":
            answer = walk.ask(client, method, path, operation, known)
            yield path, answer.status_code, walk.text_of(answer)


@pytest.mark.parametrize("role", PARTED)
def test_who_sees_a_part_never_reads_a_name_of_the_rest(site, known, role) -> None:
    user = User.objects.get(username=f"parted_{role}")
    broken, leaked, seen = {}, {}, 0
    for address, status, text in pages_and_numbers(signed_in(user), known):
        seen += "I0" in text
        if status >= 500:
            broken[address] = status
        elif found := SECRET.search(text):
            leaked[address] = text[max(0, found.start() - 80) : found.end() + 20]
    assert not broken, listed(broken)
    assert not leaked, listed(leaked)
    assert seen > 20


def test_no_export_holds_a_formula(site, known) -> None:
    """Every description in the company begins like a formula, and an item as well."""
    client, found, read = signed_in(somebody("administrator")), {}, 0
    for stop in walk.stops(known | {"kind": "csv"}, SPECIAL):
        answer = client.get(stop.address)
        text = walk.text_of(answer)
        if answer.status_code == 200 and "<f>" in text:
            found[stop.address] = text[max(0, text.index("<f>") - 80) : text.index("<f>") + 80]
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/csv"):
            read += 1
            cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
            bad = [cell for cell in cells if cell[:1] in set(DANGEROUS) and not number(cell)]
            found |= {stop.address: bad[0]} if bad else {}
    assert read
    assert not found, listed(found)


def number(cell: str) -> bool:
    try:
        return float(cell) == float(cell)
    except ValueError:
        return False


def plain(text: str) -> str:
    """A text without what differs between two companies though nothing of them does: digests, tokens and times."""
    said = re.sub(r"20\d\d-\d\d-\d\dT[\d:.]+", "#", re.sub(r", first seen by you on [^.<]*", "", text))
    said = re.sub(r"\b\d\d:\d\d(:\d\d)?\b|\b\d+\.\d s\b", "#", said)
    return re.sub(r"token=[^\"&]+|%3A[0-9a-f]{64}|[0-9a-f]{8,}|[A-Za-z0-9]{64}", "#", said)


def reading(folder: Path, settings, role: str) -> dict[str, str]:
    settings.COMPANY_FOLDER = folder
    month(served_company.workspace())
    home = served_company.workspace()
    known = {**KNOWN, "digest": home.extracts()[-1].digest, "plan_id": home.published()[-1].id}
    read = {address: plain(text) for address, _, text in pages_and_numbers(signed_in(somebody(role)), known)}
    transaction.set_rollback(True)
    home.close()
    served_company._open.cache_clear()
    return read


def test_what_sales_reads_is_the_same_whatever_things_cost(db, settings, made, tmp_path) -> None:
    served(tmp_path / "dear", cost=3.7)
    copytree(made, tmp_path / "cheap")
    read = []
    for name in ("cheap", "dear"):
        with transaction.atomic():
            read.append(reading(tmp_path / name, settings, "sales"))
    one, other = read
    apart = {}
    for (address, mine), theirs in zip(one.items(), other.values(), strict=True):
        if mine != theirs:
            at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), 0)
            apart[address] = (mine[max(0, at - 60) : at + 30], theirs[max(0, at - 60) : at + 30])
    assert not apart, listed(apart)
