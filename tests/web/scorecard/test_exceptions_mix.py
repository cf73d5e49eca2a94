"""Exceptions: no kind takes all places while others wait."""

from steelyard.web.scorecard.exceptions import PlanException, _mixed


def _one(kind: str, money: float) -> PlanException:
    return PlanException(kind, f"{kind} {money:g}", "", "", money)  # type: ignore[arg-type]


def test_no_kind_takes_all_places_while_others_wait():
    many = [_one("shortage", 100.0 - n) for n in range(20)]
    few = [_one("excess", 10.0), _one("below budget", 5.0)]
    found = _mixed([*many, *few], 10)
    assert [one.kind for one in found] == ["shortage"] * 8 + ["excess", "below budget"]
    assert [one.money for one in found] == sorted((one.money for one in found), reverse=True)


def test_one_kind_alone_takes_all_places():
    many = [_one("shortage", 100.0 - n) for n in range(20)]
    assert _mixed(many, 10) == many[:10]
