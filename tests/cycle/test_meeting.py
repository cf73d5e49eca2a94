"""Meeting: the order of an agenda, and actions that carry over."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from steelyard.cycle.meeting.action import ActionStatus, Promise, kept_share
from steelyard.cycle.meeting.agenda import Item, build_agenda

TODAY = date(2026, 11, 20)


def promise(number: int, due: date, status: ActionStatus = ActionStatus.OPEN, made_in: str = "2026-10") -> Promise:
    return Promise(number, "mend it", "luis", due, status, made_in=made_in)


def test_money_orders_decisions_and_dates_order_actions() -> None:
    items = [
        Item("decisions", "small", "", money=5.0), Item("decisions", "large", "", money=-50.0),
        Item("actions", "later", "", due=date(2026, 12, 1)), Item("actions", "soon", "", due=date(2026, 11, 1)),
    ]  # fmt: skip
    agenda = build_agenda(items)
    assert [[item.key for item in section.items] for section in agenda.sections] == [
        ["soon", "later"],
        ["large", "small"],
    ]


def test_a_full_agenda_says_so() -> None:
    items = [Item("decisions", str(n), "") for n in range(10)]
    assert build_agenda(items, minutes=100).fits
    assert not build_agenda(items, minutes=99).fits


@given(st.lists(st.tuples(st.sampled_from(["exceptions", "decisions"]), st.floats(-1e6, 1e6)), max_size=40))
def test_decisions_are_never_left_out(asked: list[tuple[str, float]]) -> None:
    items = [Item(part, str(n), "", money=money) for n, (part, money) in enumerate(asked)]  # type: ignore[arg-type]
    agenda = build_agenda(items, most=3)
    kept = [item for section in agenda.sections for item in section.items]
    assert sum(item.part == "decisions" for item in kept) == sum(part == "decisions" for part, _ in asked)
    assert len(kept) + sum(section.left_out for section in agenda.sections) == len(items)


def test_open_actions_are_late_from_the_day_after_they_were_due() -> None:
    actions = [
        promise(1, date(2026, 11, 9)), promise(2, date(2026, 11, 2)), promise(3, TODAY, ActionStatus.DONE),
        promise(4, TODAY, made_in="2026-11"),
    ]  # fmt: skip
    assert [one.days_late(TODAY) for one in actions] == [11, 18, 0, 0]


def test_dropped_actions_do_not_count_as_kept_or_broken() -> None:
    actions = [promise(1, TODAY, ActionStatus.DONE), promise(2, TODAY), promise(3, TODAY, ActionStatus.DROPPED)]
    assert kept_share(actions, TODAY) == 0.5
    assert kept_share([promise(1, date(2027, 1, 1))], TODAY) is None
