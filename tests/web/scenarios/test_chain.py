"""The exact chain between two plans, as people see it."""

from decimal import Decimal

import pytest

from steelyard.web.scenarios.chain import Chain, ChainStep, chain
from steelyard.web.scenarios.waterfall import MOST_BARS, axis_start, waterfall


@pytest.fixture
def plans(site):
    return site.scenario("base").plan(), site.scenario("promo").plan()


@pytest.mark.parametrize(
    ("measure", "scope"),
    [
        ("revenue", {}),
        ("consensus_demand", {"product_family": ("F1",)}),
        ("gross_margin_percent", {"product_family": ("F1",)}),
        ("utilisation", {}),
        ("price", {"item": ("I1",)}),
    ],
)
def test_the_steps_add_up_to_the_last_digit_shown(plans, measure, scope):
    told = chain(*plans, measure, scope=scope)
    assert told.start + sum((step.effect for step in told.steps), Decimal(0)) == told.end
    shown = plans[1].value(measure, scope=scope) * (100 if told.unit == "%" else 1)
    assert float(told.end) == pytest.approx(shown, abs=0.6 * 10.0**-told.decimals)


def test_a_step_tells_who_moved_what_and_why(plans):
    (step,) = chain(*plans, "consensus_demand").steps
    assert (step.what, step.who, step.why) == ("Consensus demand +10 % for F1", "sam", "promotion")
    assert step.effect > 0


def test_the_way_back_is_told_as_what_was_left_out(plans):
    (step,) = chain(plans[1], plans[0], "consensus_demand").steps
    assert step.what == "Without: Consensus demand +10 % for F1"
    assert step.effect < 0


def test_what_was_explained_before_is_remembered(plans):
    assert chain(*plans, "revenue") is chain(*plans, "revenue")


def told(start, *effects):
    steps = tuple(ChainStep(f"step {n}", "", "", Decimal(effect)) for n, effect in enumerate(effects))
    return Chain("revenue", "Revenue", "money", 0, Decimal(start), steps, Decimal(start) + sum(steps_of(steps)), 0)


def steps_of(steps):
    return [step.effect for step in steps]


def spans(option):
    unseen, above, below = (series["data"] for series in option["series"])
    parts = zip(unseen, above, below, strict=True)
    return [(min(u + b["value"], u if a["value"] else u + b["value"]), u + a["value"]) for u, a, b in parts]


def test_bars_begin_where_the_one_before_ended():
    assert spans(waterfall(told(100, 20, -50), "then", "now")) == [(0, 100), (100, 120), (70, 120), (0, 70)]


def test_a_bar_may_cross_zero():
    assert spans(waterfall(told(-30, 50), "then", "now")) == [(-30, 0), (-30, 20), (0, 20)]


def test_small_steps_share_a_bar_and_the_sum_stays():
    effects = [1000 - n for n in range(MOST_BARS)] + [1, 2, 3]
    option = waterfall(told(0, *effects), "then", "now")
    assert option["yAxis"]["data"][-2] == "3 smaller steps"
    low, high = spans(option)[-2]
    assert high - low == 6
    assert high == sum(effects)


def test_the_axis_begins_near_the_levels_when_steps_are_small_beside_them():
    assert axis_start(told(1_000_000, 1000)) == pytest.approx(999_000, abs=1000)
    assert axis_start(told(1000, 900)) is None
    assert axis_start(told(1000)) is None


@pytest.mark.parametrize(("better", "colour"), [(True, "good"), (False, "alert"), (None, "accent")])
def test_colours_say_which_way_is_good(better, colour):
    option = waterfall(told(10, 5), "then", "now", rises_are_good=better)
    assert option["series"][1]["data"][1]["itemStyle"]["color"] == f"var(--{colour})"


def test_the_compare_page_asks_for_the_chain_of_measure_and_part(site, client_of):
    client = client_of("executive")
    page = client.get(
        "/scenarios/compare/?with=base&with=promo&measure=revenue&part=product_family:F1"
    ).content.decode()
    assert "measure=revenue&amp;part=product_family%3AF1" in page
    part = client.get("/scenarios/compare/chain/?with=base&with=promo&measure=revenue&part=product_family:F1")
    assert b"Consensus demand +10 % for F1" in part.content
    assert b"data-option" in part.content


@pytest.mark.parametrize("query", ["measure=nothing", "measure=utilisation&part=product_family:F1"])
def test_a_chain_that_cannot_be_told_says_why(site, client_of, query):
    answer = client_of("executive").get(f"/scenarios/compare/chain/?with=base&with=promo&{query}")
    assert answer.status_code == 200
    assert b"data-option" not in answer.content
    assert b'class="muted"' in answer.content
