"""A desk works out each answer once, what people wait for first, and says what went wrong."""

import threading
from contextvars import ContextVar

import pytest

from steelyard.errors import PlanError
from steelyard.web.answers.answers import Answers
from steelyard.web.answers.desk import Desk
from steelyard.web.answers.patience import BeingWorkedOut, patience, patient

SOON = 30.0


class Slow:
    """Something that is worked out when it is let go."""

    def __init__(self, value: object = "answer") -> None:
        self.value, self.times, self.begun, self.go = value, 0, threading.Event(), threading.Event()

    def __call__(self) -> object:
        self.times += 1
        self.begun.set()
        assert self.go.wait(SOON)
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


@pytest.fixture
def desk() -> Desk:
    return Desk(2)


@pytest.fixture
def answers(desk: Desk) -> Answers[object]:
    return Answers("Pricing hours", 2, desk)


def _asked(answers: Answers[object], key: str, make, *, line: str | None = None, seconds: float = 0.0) -> object:
    with patient(seconds):
        return answers.made(key, make, line=line)


def test_without_a_request_an_answer_is_worked_out_at_once(answers: Answers[object]) -> None:
    assert answers.made("key", lambda: 7) == 7
    assert answers.made("key", lambda: 8) == 7


def test_a_page_waits_no_longer_than_it_has_patience(answers: Answers[object]) -> None:
    slow = Slow()
    with pytest.raises(BeingWorkedOut, match="Pricing hours"):
        _asked(answers, "key", slow)
    slow.go.set()
    assert _asked(answers, "key", slow, seconds=SOON) == "answer"
    assert slow.times == 1


def test_many_people_who_ask_the_same_wait_for_one_computation(answers: Answers[object]) -> None:
    slow, got = Slow(), []
    asking = [threading.Thread(target=lambda: got.append(_asked(answers, "key", slow, seconds=SOON))) for _ in range(8)]
    asking.append(threading.Thread(target=lambda: got.append(answers.made("key", slow))))
    for one in asking:
        one.start()
    assert slow.begun.wait(SOON)
    slow.go.set()
    for one in asking:
        one.join(SOON)
    assert got == ["answer"] * 9
    assert slow.times == 1


def test_a_fault_reaches_everybody_who_asks_and_is_not_worked_out_again_at_once(answers: Answers[object]) -> None:
    slow = Slow(PlanError("The plan is too large", mend="plan it by prices"))
    slow.go.set()
    for _ in range(3):
        with pytest.raises(PlanError, match="too large"):
            _asked(answers, "key", slow, seconds=SOON)
    assert slow.times == 1


def test_an_unexpected_fault_is_no_endless_waiting(answers: Answers[object]) -> None:
    slow = Slow(ZeroDivisionError("broken"))
    slow.go.set()
    with pytest.raises(ZeroDivisionError):
        _asked(answers, "key", slow, seconds=SOON)


def test_a_bounded_number_of_answers_is_kept(answers: Answers[object]) -> None:
    for key in ("first", "second", "third"):
        answers.made(key, lambda: object())
    assert answers.get("first") is None
    assert answers.get("third") is not None


def test_after_a_change_the_answer_before_is_shown_and_named(answers: Answers[object]) -> None:
    answers.made("plan 1", lambda: "old", line="base")
    slow = Slow("new")
    with patient(0.0) as given:
        assert answers.made("plan 2", slow, line="base") == "old"
        assert list(given.of_before.values()) == ["Pricing hours"]
    slow.go.set()
    assert answers.made("plan 2", slow, line="base") == "new"
    with patient(0.0) as given:
        assert answers.made("plan 2", slow, line="base") == "new"
        assert given.of_before == {}


def test_an_answer_on_another_line_is_never_shown_instead(answers: Answers[object]) -> None:
    answers.made("plan 1", lambda: "with money", line="base, everything")
    slow = Slow()
    with pytest.raises(BeingWorkedOut):
        _asked(answers, "plan 1~sales", slow, line="base, no costs")
    slow.go.set()


def test_of_one_line_only_the_latest_waits(answers: Answers[object]) -> None:
    makes = [Slow(n) for n in range(3)]
    for number, make in enumerate(makes):
        with pytest.raises(BeingWorkedOut):
            _asked(answers, f"plan {number}", make, line="base")
        if number == 0:
            assert make.begun.wait(SOON)
    for make in makes:
        make.go.set()
    assert _asked(answers, "plan 2", makes[2], line="base", seconds=SOON) == 2
    assert [make.times for make in makes] == [1, 0, 1]


def test_what_people_ask_goes_before_what_is_foreseen() -> None:
    desk, done = Desk(1), []
    first, asked, foreseen = Slow(), Slow(), Slow()
    tasks = [desk.ask("first", first)]
    assert first.begun.wait(SOON)
    tasks += [desk.foresee("foreseen", lambda: done.append("foreseen"))]
    tasks += [desk.ask("asked", lambda: done.append("asked"))]
    for one in (first, asked, foreseen):
        one.go.set()
    for task in tasks:
        assert task.done.wait(SOON)
    assert done == ["asked", "foreseen"]


def test_what_is_foreseen_never_runs_beside_what_people_wait_for() -> None:
    desk, slow, ahead = Desk(2), Slow(), Slow()
    desk.ask("slow", slow)
    assert slow.begun.wait(SOON)
    task = desk.foresee("ahead", ahead)
    assert not ahead.begun.wait(0.2)
    slow.go.set()
    ahead.go.set()
    assert task.done.wait(SOON)


def test_long_work_leaves_a_thread_to_what_is_quick() -> None:
    desk, slow, next_slow = Desk(2), Slow(), Slow()
    desk.ask("slow", slow, long=True)
    assert slow.begun.wait(SOON)
    after = desk.ask("next slow", next_slow, long=True)
    assert desk.ask("quick", lambda: None).done.wait(SOON)
    assert not next_slow.begun.is_set()
    slow.go.set()
    next_slow.go.set()
    assert after.done.wait(SOON)


def test_nobody_works_out_what_nobody_asks_for_any_more() -> None:
    desk, slow, gone = Desk(1, forgotten=0.1), Slow(), Slow()
    task = desk.ask("slow", slow)
    assert slow.begun.wait(SOON)
    desk.ask("gone", gone)
    assert not gone.begun.wait(0.3)
    slow.go.set()
    assert task.done.wait(SOON)
    assert desk.ask("last", lambda: None).done.wait(SOON)
    assert gone.times == 0
    assert desk.at_rest


def test_an_answer_that_stands_on_another_does_not_wait_for_itself(desk: Desk) -> None:
    below: Answers[object] = Answers("Below", 2, desk)
    above: Answers[object] = Answers("Above", 2, desk)

    def build() -> object:
        assert patience() is None
        return below.made("plan", lambda: 20), "above"

    assert _asked(above, "plan", build, seconds=SOON) == (20, "above")
    assert below.get("plan") == 20


def test_work_is_done_with_the_eyes_of_who_asked_first(answers: Answers[object]) -> None:
    eyes: ContextVar[str] = ContextVar("eyes", default="the system")
    eyes.set("dana")
    assert _asked(answers, "key", eyes.get, seconds=SOON) == "dana"
