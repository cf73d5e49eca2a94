"""The people pages: roles, parts of the company, money of roles, passwords; and what the trail keeps of it."""

import pytest

from steelyard.web.accounts.models import MoneyOfRole, SeenSlice, User
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.services import person_add
from steelyard.web.audit.models import Entry

PASSWORD = "quiet river stones"


@pytest.fixture
def sam(db) -> User:
    return person_add(username="sam", password=PASSWORD, role=Role.SALES, full_name="Sam Okafor", actor="ada")


@pytest.fixture
def admin(client_of):
    return client_of("administrator")


def latest() -> Entry:
    return Entry.objects.order_by("-id")[0]


@pytest.mark.parametrize("role", ["sop_lead", "finance", "sales"])
@pytest.mark.parametrize("page", ["/people/", "/people/new/", "/people/of/sam/"])
def test_people_are_looked_after_by_administrators_only(site, sam, client_of, role, page):
    assert client_of(role).get(page).status_code == 403


def test_everybody_is_listed_with_what_they_see(site, sam, admin):
    SeenSlice.objects.create(user=sam, scope={"product_family": ["F0"]})
    page = admin.get("/people/").content.decode()
    assert "product family F0" in page
    assert "Revenue and prices only" in page
    assert "Nobody is called like that" in admin.get("/people/?text=zzz").content.decode()


def test_a_person_is_added_and_changed(site, admin):
    made = admin.post(
        "/people/new/", {"username": "luis", "role": "sales", "password": PASSWORD, "full_name": "Luis F"}
    )
    assert made["Location"] == "/people/of/luis/"
    admin.post("/people/of/luis/", {"role": "supply_planner", "email": "l@example.org", "active": "on"})
    luis = User.objects.get(username="luis")
    assert (luis.role, luis.email, luis.is_active, luis.is_superuser) == (
        "supply_planner",
        "l@example.org",
        True,
        False,
    )
    assert ("role", "sales", "supply_planner") in latest().changed


def test_a_weak_password_is_said_on_the_page(site, sam, admin):
    page = admin.post("/people/new/", {"username": "luis", "role": "sales", "password": "short"}).content.decode()
    assert "too short" in page
    admin.post(
        "/people/of/sam/password/", {"password": "short"}, headers={"referer": "http://testserver/people/of/sam/"}
    )
    assert User.objects.get(username="sam").check_password(PASSWORD)


def test_a_new_password_ends_the_sessions_of_the_old(site, sam, admin, client):
    client.force_login(sam)
    assert client.get("/jobs/").status_code == 200
    admin.post("/people/of/sam/password/", {"password": "another river of stones"})
    assert client.get("/jobs/").status_code == 302
    assert latest().action == "account.password_reset"


def test_who_may_not_sign_in_any_more_is_out_at_once(site, sam, admin, client):
    client.force_login(sam)
    admin.post("/people/of/sam/", {"role": "sales"})
    assert client.get("/jobs/").status_code == 302
    assert client.get("/api/measures").status_code == 401


def test_the_last_administrator_stays(site, admin):
    page = admin.post("/people/of/administrator/", {"role": "sales", "active": "on"}).content.decode()
    assert "left without an administrator" in page
    assert User.objects.get(username="administrator").role == "administrator"


def test_a_part_is_given_and_taken(site, sam, admin, client):
    client.force_login(sam)
    whole = client.get("/api/scenarios/base/frame?measures=consensus_demand&by=product_family&time=all").json()
    assert [row[0] for row in whole["rows"]] == ["F0", "F1"]
    admin.post("/people/of/sam/parts/", {"level": ["product_family", ""], "members": ["F0 | F9", ""]})
    part = client.get("/api/scenarios/base/frame?measures=consensus_demand&by=product_family&time=all").json()
    assert part["rows"] == whole["rows"][:1]
    assert latest().changed == [("sees", "everything", "product_family F0, F9")]
    number = SeenSlice.objects.get().pk
    admin.post(f"/people/of/sam/parts/{number}/take/")
    assert not SeenSlice.objects.exists()


def test_a_part_that_names_nothing_is_refused(site, sam, admin):
    admin.post("/people/of/sam/parts/", {"level": ["planet"], "members": ["Mars"]})
    assert not SeenSlice.objects.exists()


def test_money_of_a_role_is_set(site, admin, client_of):
    finance = client_of("finance")
    names = {one["name"] for one in finance.get("/api/measures").json()}
    assert {"revenue", "gross_margin"} <= names
    admin.post("/people/money/", {"role": "finance", "money": "none"})
    left = {one["name"] for one in finance.get("/api/measures").json()}
    assert left & {"revenue", "gross_margin", "unit_cost"} == set()
    assert MoneyOfRole.objects.get().money == "none"
    assert latest().changed == [("money", "all", "none")]


def test_own_edits_are_kept_within_the_part(site, sam, client):
    SeenSlice.objects.create(user=sam, scope={"product_family": ["F0"]})
    client.force_login(sam)

    def change(scope):
        lift = {"operation": {"kind": "percent", "percent": 4}, "measure": "consensus_demand", "reason": "other"}
        body = {"revision": site.scenario("base").revision, "changes": [lift | {"scope": scope}]}
        return client.post("/api/scenarios/base/changes", body, content_type="application/json")

    assert change({"product_family": ["F1"]}).status_code == 403
    made = change({})
    assert made.status_code < 300, made.content
    assert dict(site.scenario("base").changes[-1].scope) == {"product_family": ("F0",)}
