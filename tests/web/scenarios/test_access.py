"""Who sees a scenario and who changes it: on pages, in lists, in the API, and when changes are made."""

import pytest

from steelyard.errors import ChangeInvalid, NotAllowed
from steelyard.web.accounts.models import SeenSlice
from steelyard.web.accounts.sight import viewed_by, viewed_by_the_system
from steelyard.web.answers.once import looking_up_once
from steelyard.web.audit.models import Entry
from steelyard.web.scenarios import merging, selectors, services, sharing
from steelyard.web.scenarios.audience import Access, Audience
from steelyard.web.scenarios.plans import moment_of

NOBODY, SALES = Audience("none"), Audience("some", roles=("sales",))
PRIVATE = Access(NOBODY, NOBODY)
HEAD = {"HTTP_REFERER": "http://testserver/scenario/base/"}


@pytest.fixture
def mine(site, person):
    """A scenario that its author, a demand planner, keeps to themselves."""
    author = person("demand_planner")
    services.scenario_branch("base", "mine", user=author)
    sharing.scenario_share("mine", PRIVATE, user=author)
    return author


def names_for(user):
    with viewed_by(lambda: user):
        return {line.name for line in selectors.scenario_tree()}


def test_a_private_scenario_is_seen_by_its_author_and_the_lead_only(mine, person):
    assert "mine" in names_for(mine)
    assert "mine" in names_for(person("sop_lead"))
    assert "mine" not in names_for(person("sales"))
    assert "base" in names_for(person("sales"))


def test_what_the_system_looked_up_for_a_page_is_not_shown_to_who_sees_a_part(site, person):
    user = person("supply_planner")
    SeenSlice.objects.create(user=user, scope={"product_family": ["F0"]})
    with looking_up_once(), viewed_by(lambda: user):
        with viewed_by_the_system():
            whole = moment_of("base").plan
        part = moment_of("base").plan
        with viewed_by_the_system():
            assert moment_of("base").plan is whole
        assert moment_of("base").plan is part
    assert part.value("revenue") < whole.value("revenue")


@pytest.mark.parametrize(
    "address",
    [
        "/scenario/mine/", "/worksheet/mine/", "/plan/mine/", "/scenarios/compare/?with=base&with=mine",
        "/api/scenarios/mine", "/api/scenarios/mine/changes", "/api/scenarios/mine/frame?measures=revenue",
        "/api/scenarios/base/compare?against=mine", "/api/scenarios/base/difference?against=mine",
    ],
)  # fmt: skip
def test_no_address_shows_a_private_scenario_to_others(mine, client_of, address):
    answer = client_of("sales").get(address, follow=True, **HEAD)
    assert answer.status_code == 403 or b"not shared with you" in answer.content


def test_a_private_scenario_is_in_no_menu_of_others(mine, client_of):
    assert b">mine<" in client_of("demand_planner").get("/scenarios/").content
    assert b">mine<" not in client_of("sales").get("/scenarios/").content


def test_those_it_is_shared_with_see_it_and_change_it_only_if_they_may(mine, person):
    sharing.scenario_share("mine", Access(SALES, NOBODY), user=mine)
    sales = person("sales")
    assert "mine" in names_for(sales)
    with viewed_by(lambda: sales), pytest.raises(NotAllowed, match="to look at"):
        services.change_undo("mine", user=sales)
    sharing.scenario_share("mine", Access(SALES, SALES), user=mine)
    with viewed_by(lambda: sales):
        services.scenario_branch("mine", "theirs", user=sales)
        services.require_changing(sales, "mine")


def test_it_is_not_merged_into_by_those_who_may_only_look(mine, person):
    sharing.scenario_share("mine", Access(Audience(), NOBODY), user=mine)
    sales = person("sales")
    with viewed_by(lambda: sales), pytest.raises(NotAllowed, match="to look at"):
        merging.scenario_merge("mine", "promo", choices={}, user=sales)


def test_only_the_author_and_the_lead_share_name_and_lock_it(mine, person):
    with pytest.raises(NotAllowed, match="somebody else"):
        sharing.scenario_share("mine", Access(), user=person("supply_planner"))
    with pytest.raises(NotAllowed, match="somebody else"):
        sharing.scenario_lock("mine", user=person("supply_planner"))
    sharing.scenario_describe("mine", user=person("sop_lead"), new_name="ours", note="for the board")
    assert selectors.scenario_line("ours").note == "for the board"
    assert selectors.scenario_line("ours").share == "private"


def test_a_locked_scenario_takes_no_changes_until_it_is_opened(site, mine):
    sharing.scenario_lock("mine", user=mine)
    assert site.scenario("mine").record.closed
    sharing.scenario_unlock("mine", user=mine)
    assert not site.scenario("mine").record.closed
    assert Entry.objects.filter(action__in=["scenario.lock", "scenario.unlock", "scenario.share"]).count() == 3


def test_strangers_and_unknown_roles_are_refused(mine):
    with pytest.raises(ChangeInvalid, match="no such person"):
        sharing.scenario_share("mine", Access(Audience("some", people=("nobody",))), user=mine)
    with pytest.raises(ChangeInvalid, match="no such role"):
        sharing.scenario_share("mine", Access(Audience("some", roles=("king",))), user=mine)
    with pytest.raises(ChangeInvalid, match="Nobody is named"):
        Audience("some")


def test_jobs_and_commands_see_every_scenario(mine):
    assert "mine" in {line.name for line in selectors.scenario_tree()}
