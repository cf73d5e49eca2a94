import pytest
from django.test import Client

from steelyard.errors import NameTaken, SteelyardError
from steelyard.web.accounts.models import FailedSignIn, User
from steelyard.web.accounts.roles import Ability, Role
from steelyard.web.accounts.services import DEMO_PEOPLE, demo_users_create, person_add, user_create
from steelyard.web.audit.models import Entry

PASSWORD = "quiet river stones"


@pytest.fixture
def dana(db) -> User:
    return user_create(username="dana", password=PASSWORD, role=Role.DEMAND_PLANNER)


def sign_in(client, username="dana", password=PASSWORD, address="10.0.0.1"):
    return client.post("/account/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address)


def test_a_person_signs_in_and_out(dana, client):
    assert sign_in(client).status_code == 302
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get("/jobs/").status_code == 302
    assert set(Entry.objects.values_list("action", flat=True)) == {"account.sign_in", "account.sign_out"}


def test_a_wrong_password_says_the_same_for_known_and_unknown_names(dana, client):
    known, unknown = sign_in(client, password="wrong"), sign_in(client, username="nobody", password="wrong")
    assert b"Name or password is wrong" in known.content
    assert b"Name or password is wrong" in unknown.content


def test_five_failures_lock_the_name_out_even_with_the_right_password(dana, client):
    for _ in range(5):
        sign_in(client, password="wrong")
    assert b"Too many failed sign-ins" in sign_in(client).content
    assert client.get("/jobs/").status_code == 302


def test_failures_from_elsewhere_do_not_lock_a_person_out_at_once(dana, client):
    for _ in range(5):
        sign_in(Client(), password="wrong", address="10.9.9.9")
    assert sign_in(client, address="10.0.0.1").status_code == 302


def test_an_address_that_tries_many_names_is_locked_out(dana, client, settings):
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 6
    for n in range(6):
        sign_in(client, username=f"name{n}", password="wrong")
    assert b"Too many failed sign-ins" in sign_in(client).content


def test_signing_in_clears_the_failures_of_the_name(dana, client):
    sign_in(client, password="wrong")
    sign_in(client)
    assert not FailedSignIn.objects.exists()


def test_an_inactive_person_does_not_get_in(dana, client):
    User.objects.update(is_active=False)
    assert b"Name or password is wrong" in sign_in(client).content


def test_the_way_on_leads_only_to_this_site(dana, client):
    asked = {"username": "dana", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/account/sign-in/", asked)["Location"] == "/"


def test_weak_passwords_are_refused(db):
    from django.core.exceptions import ValidationError

    for password in ("short", "password1234", "123456789012"):
        with pytest.raises(ValidationError):
            user_create(username="dana", password=password, role=Role.SALES)


def test_the_demo_has_one_person_for_each_role(db):
    assert {user.role for user in demo_users_create()} == {role.value for role in Role}
    assert len(demo_users_create()) == len(DEMO_PEOPLE) == User.objects.count()


def test_a_person_changes_their_password(dana, client):
    sign_in(client)
    asked = {"old_password": PASSWORD, "new_password1": "slow green hills", "new_password2": "slow green hills"}
    assert client.post("/account/password/", asked).status_code == 302
    dana.refresh_from_db()
    assert dana.check_password("slow green hills")


def test_a_superuser_is_an_administrator(db):
    made = User.objects.create_superuser("ada", password=PASSWORD)
    assert made.role == Role.ADMINISTRATOR.value
    assert made.may(Ability.ADMINISTER)


def test_the_page_says_how_to_begin_where_nobody_can_sign_in(db, client):
    sentence = b"make the first administrator: steelyard user add NAME --role administrator"
    assert sentence in client.get("/account/sign-in/").content
    user_create(username="dana", password=PASSWORD, role=Role.DEMAND_PLANNER)
    assert sentence not in client.get("/account/sign-in/").content


def test_a_person_is_added_once_and_the_trail_says_by_whom(db):
    made = person_add(username="ann", password=PASSWORD, role=Role.SALES, full_name="Ann van Dyck", actor="root")
    assert (made.first_name, made.last_name, made.is_staff) == ("Ann van", "Dyck", False)
    entry = Entry.objects.get(action="account.create")
    assert (entry.actor, entry.subject) == ("root", "ann")
    with pytest.raises(NameTaken):
        person_add(username="Ann", password=PASSWORD, role=Role.SALES, actor="root")
    for name, password in (("two words", PASSWORD), ("bob", "short")):
        with pytest.raises(SteelyardError):
            person_add(username=name, password=password, role=Role.SALES, actor="root")
    assert User.objects.count() == 1
