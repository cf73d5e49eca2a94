"""One page is about one moment: what it has looked up stays as it was found, and work in the background looks anew."""

from itertools import count

from steelyard.web.answers.desk import Desk
from steelyard.web.answers.once import looking_up_once, once


def test_outside_a_request_everything_is_looked_up_anew() -> None:
    numbers = count()
    assert [once("a", lambda: next(numbers)) for _ in range(3)] == [0, 1, 2]


def test_within_a_request_a_key_is_looked_up_once() -> None:
    numbers = count()
    with looking_up_once():
        assert [once(key, lambda: next(numbers)) for key in ("a", "b", "a")] == [0, 1, 0]
    assert once("a", lambda: next(numbers)) == 2


def test_work_that_a_request_asked_for_looks_for_itself() -> None:
    numbers, found = count(), []
    desk = Desk(1)
    with looking_up_once():
        once("a", lambda: next(numbers))
        desk.ask("task", lambda: found.append(once("a", lambda: next(numbers)))).done.wait(20)
    assert found == [1]


def test_a_page_is_about_one_revision_and_the_next_about_the_latest(site, client_of, monkeypatch) -> None:
    from steelyard.web.scenarios import plans

    seen = []
    whole = plans._whole_moment
    monkeypatch.setattr(plans, "_whole_moment", lambda name: seen.append(name) or whole(name))
    client = client_of("sop_lead")
    for asked in (1, 2):
        assert client.get("/capacity/base/").status_code == 200
        assert seen == ["base"] * asked
