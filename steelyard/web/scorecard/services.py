"""Scorecard services: set targets and rules, look at the rules and follow cases, keep what was observed."""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from django.db import transaction
from django.db.models import F

from steelyard.errors import EntryMoved, KpiInvalid, NotAllowed, NotFound
from steelyard.kpi.alert import STANDARD_RULES, AlertRule, Breach
from steelyard.kpi.case_subject import SUBJECTS
from steelyard.plan.kpi.alerts import find_breaches
from steelyard.plan.money.variance_alerts import variance_breaches
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability, Role
from steelyard.web.accounts.selectors import people
from steelyard.web.accounts.sight import sight, sight_of
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.audit.services import Detail, audit_record
from steelyard.web.company import now
from steelyard.web.masterdata.selectors import extract
from steelyard.web.notices.services import names_in
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard import rule_selectors
from steelyard.web.scorecard.case_notices import put_away, tell_owners
from steelyard.web.scorecard.kpi_selectors import archive_of, cycle_of, numbers_before
from steelyard.web.scorecard.models import Case, KpiTarget, Look, Observation, Rule, Sighting
from steelyard.web.scorecard.official import require_official

OF, WORSE = ("whole", "ahead", "past"), ("act", "watch")


@dataclass(frozen=True)
class AlertOutcome:
    """What a look at the rules found."""

    cycle: str
    found: int
    """Breaches."""
    opened: tuple[int, ...]
    """Cases that were opened."""
    followed: tuple[int, ...]
    """Cases that had been open before and were seen again."""
    gone: tuple[int, ...]
    """Open cases that were not seen this time."""


def alerts_evaluate(scenario: str, *, actor: str) -> AlertOutcome:
    """Look at every alert rule and variance of money on a plan, open a case for what is new, and follow what was open.

    The record of a month is that of its cycle's plan. A second look in the same month takes the place of the first.
    For work done by itself: no ability is asked for.

    Args:
        scenario: Whose plan is looked at.
        actor: Who asks, or the work that does.

    Raises:
        NotFound: There is no such scenario.
        NotAllowed: The person of the request does not see the whole company and all money.
        KpiInvalid: The scenario is a what-if, not the plan of the month's cycle.
    """
    if not sight().everything:
        raise NotAllowed("The alert rules look at the whole company and all money", mend="ask who sees all of it")
    plan = plan_of(scenario)
    cycle = cycle_of(plan)
    require_official(scenario, cycle)
    _observe_overrides(scenario, cycle, actor)
    previous = numbers_before(plan)
    breaches = find_breaches(
        plan, rule_selectors.rules(), targets=rule_selectors.targets_of(extract(plan.inputs.extract)),
        previous=previous, archive=archive_of(scenario), known=rule_selectors.observed(cycle),
    )  # fmt: skip
    breaches += variance_breaches(plan, previous=previous, seen={one.place for one in breaches})
    with transaction.atomic():
        outcome, opened = _follow(breaches, cycle, scenario, plan.digest, actor)
        tell_owners(opened, extract(plan.inputs.extract).base_currency)
    return outcome


def _follow(
    breaches: list[Breach], cycle: str, scenario: str, digest: str, actor: str
) -> tuple[AlertOutcome, list[tuple[Case, Breach]]]:
    Look.objects.update_or_create(cycle=cycle, defaults={"scenario": scenario, "plan": digest, "at": now()})
    before = set(Case.objects.filter(closed_at=None).values_list("pk", flat=True))
    Sighting.objects.filter(cycle=cycle, case__closed_at=None).delete()
    sighted = [(_sighted(breach, cycle, actor), breach) for breach in _one_a_place(breaches)]
    seen = [case.pk for case, _ in sighted]
    opened = tuple(sorted(set(seen) - before))
    outcome = AlertOutcome(
        cycle, len(breaches), opened, tuple(sorted(set(seen) & before)), tuple(sorted(before - set(seen)))
    )
    told = {"found": outcome.found, "opened": len(opened), "followed": len(outcome.followed), "gone": len(outcome.gone)}
    audit_record(actor=actor, action="kpi.look", subject=scenario, detail={"cycle": cycle, **told}, run=digest)
    return outcome, [(case, breach) for case, breach in sighted if case.pk in opened]


def _one_a_place(breaches: list[Breach]) -> list[Breach]:
    """One breach a place: of several rules about the same trouble the first speaks."""
    found: dict[str, Breach] = {}
    for breach in breaches:
        found.setdefault(breach.place, breach)
    return list(found.values())


def _sighted(breach: Breach, cycle: str, actor: str) -> Case:
    case, made = Case.objects.get_or_create(
        kpi=breach.kpi, level=breach.level, member=breach.member, closed_at=None,
        defaults={"opened_at": now(), "opened_cycle": cycle, "owner": _owner(breach.kpi)},
    )  # fmt: skip
    Sighting.objects.create(
        case=case, cycle=cycle, rule=breach.rule, first=breach.first, last=breach.last, value=breach.value,
        target=breach.target, at=now(),
    )  # fmt: skip
    if made:
        audit_record(actor=actor, action="case.open", subject=f"case {case.pk}", detail={"place": breach.place})
    return case


def _owner(kpi: str) -> User | None:
    """The first of the people who own a KPI and from whom nothing of it is kept; where there is none, the S&OP lead."""
    known = {one.username: one for one in people()}
    owners = (known[name] for name in rule_selectors.owner_of_kpi(SUBJECTS[kpi])[1] if name in known)
    leads = (known[name] for name in names_in([Role.SOP_LEAD]))
    return next((one for one in (*owners, *leads) if sight_of(one).everything), None)


def _observe_overrides(scenario: str, cycle: str, actor: str) -> None:
    """Keep what people's changes were worth, which only the archive knows."""
    grades = measuring_of(scenario).grades if archive_of(scenario) else ()
    if grades:
        kpi_observe("override_value", cycle, sum(one.money for one in grades), source="archive", actor=actor)


@transaction.atomic
def kpi_observe(name: str, period: str, value: float, *, source: str, actor: str) -> None:
    """Keep a KPI that only the records of the process know; a second value of a period takes the place of the first.

    Args:
        name: Name of a KPI whose source is the records.
        period: The cycle, such as 2026-11.
        value: The value in the unit of the KPI.
        source: What knows it, such as `cycle 2026-11`.
        actor: Who asks, or the work that does.

    Raises:
        NotFound: There is no such KPI.
        KpiInvalid: It comes from a plan, or the value is no number.
    """
    if rule_selectors.indicator_of(name).source != "records":
        raise KpiInvalid(f"{name} comes from the plan", mend="observe only KPIs of the process")
    if not isfinite(value):
        raise KpiInvalid(f"{value!r} is no value of {name}", mend="leave out what is not known")
    Observation.objects.update_or_create(
        kpi=name, period=period[:40], defaults={"value": value, "source": source[:120], "at": now()}
    )
    audit_record(actor=actor, action="kpi.observe", subject=name, detail={"period": period, "value": value})


@transaction.atomic
def target_set(
    name: str, target: float | None, *, user: User, level: str = "", member: str = "", tolerance: float | None = None
) -> None:
    """Agree on a target, as a whole or for a member of a level; None takes it back.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: There is no such KPI.
        KpiInvalid: The numbers make no sense, or a level stands without a member.
    """
    require(user, Ability.GOVERN)
    rule_selectors.indicator_of(name)
    if bool(level) != bool(member):
        raise KpiInvalid("A slice is a level with a member", mend="name both, or neither for the company")
    if (target is not None and not isfinite(target)) or (tolerance is not None and not 0 <= tolerance < float("inf")):
        raise KpiInvalid("A target is a number, and a tolerance one from 0 on", mend="write the numbers again")
    place: dict[str, Any] = {"kpi": name, "level": level[:60], "member": member[:120]}
    before = KpiTarget.objects.filter(**place).first()
    if target is None:
        KpiTarget.objects.filter(**place).delete()
    else:
        KpiTarget.objects.update_or_create(defaults={"target": target, "tolerance": tolerance}, **place)
    audit_record(
        actor=user.username,
        action="kpi.target",
        subject=f"{name}@{level}={member}" if level else name,
        before={"target": before.target, "tolerance": before.tolerance} if before else None,
        after=None if target is None else {"target": target, "tolerance": tolerance},
    )


@transaction.atomic
def rule_put(rule: AlertRule, *, user: User) -> None:
    """Keep an alert rule, in place of the one of its name.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: There is no such KPI.
        KpiInvalid: It makes no sense.
    """
    require(user, Ability.GOVERN)
    rule_selectors.indicator_of(rule.kpi)
    if not rule.name.strip() or rule.of not in OF or rule.worse not in WORSE or not 1 <= rule.periods <= 60:
        raise KpiInvalid("The rule makes no sense", mend="give it a name, and from 1 to 60 periods in a row")
    if rule.limit is not None and not isfinite(rule.limit):
        raise KpiInvalid(f"{rule.limit!r} is no limit", mend="give a number, or none")
    _adopt_rules()
    _keep_rule(rule)
    told: Detail = {"kpi": rule.kpi, "of": rule.of, "periods": rule.periods, "level": rule.level, "active": rule.active}
    audit_record(actor=user.username, action="kpi.rule", subject=rule.name[:120], detail=told)


@transaction.atomic
def rule_remove(name: str, *, user: User) -> None:
    """Take an alert rule away; its cases stay.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: There is none of this name.
    """
    require(user, Ability.GOVERN)
    _adopt_rules()
    if not Rule.objects.filter(name=name).delete()[0]:
        raise NotFound(f"There is no rule {name!r}", mend="look at the list again")
    audit_record(actor=user.username, action="kpi.rule_remove", subject=name[:120])


def _adopt_rules() -> None:
    if not Rule.objects.exists():
        for rule in STANDARD_RULES:
            _keep_rule(rule)


def _keep_rule(rule: AlertRule) -> None:
    Rule.objects.update_or_create(
        name=rule.name.strip()[:120],
        defaults={
            "kpi": rule.kpi, "of": rule.of, "worse": rule.worse, "limit": rule.limit, "periods": rule.periods,
            "level": rule.level[:60], "member": rule.member[:120], "active": rule.active,
        },
    )  # fmt: skip


@transaction.atomic
def case_write(
    number: int, *, user: User, cause: str, action: str, due: date | None, owner: str = "", expected: int | None = None
) -> None:
    """Say why a case is there and what is done about it; its owner or who governs may.

    Raises:
        NotFound: There is no such open case, or nobody of this name.
        NotAllowed: It is somebody else's.
        EntryMoved: Somebody has written it meanwhile.
    """
    found = _open(number, user)
    becomes = next((one for one in people() if one.username == owner), None) if owner else found.owner
    if owner and becomes is None:
        raise NotFound(f"Nobody signs in as {owner!r}", mend="look at the people of the company")
    was = {"cause": found.cause, "action": found.action, "owner": found.owner.username if found.owner else ""}
    _write(found, expected, cause=cause.strip()[:2000], action=action.strip()[:2000], due=due, owner=becomes)
    put_away(found)
    after: Detail = {
        "cause": cause[:200],
        "action": action[:200],
        "owner": owner,
        "due": due.isoformat() if due else None,
    }
    audit_record(
        actor=user.username, action="case.write", subject=f"case {number}",
        before={name: value[:200] for name, value in was.items()}, after=after,
    )  # fmt: skip


@transaction.atomic
def case_close(number: int, *, user: User, outcome: str, expected: int | None = None) -> None:
    """Close a case, with what came of it; its owner or who governs may.

    Raises:
        NotFound: There is no such open case.
        NotAllowed: It is somebody else's.
        KpiInvalid: Nothing is said of what came of it.
        EntryMoved: Somebody has written it meanwhile.
    """
    found = _open(number, user)
    if not outcome.strip():
        raise KpiInvalid("A case is closed with what came of it", mend="say what was done and whether it helped")
    _write(found, expected, outcome=outcome.strip()[:2000], closed_at=now(), closed_by=user)
    found.refresh_from_db()
    put_away(found)
    audit_record(actor=user.username, action="case.close", subject=f"case {number}", detail={"outcome": outcome[:200]})


def _open(number: int, user: User) -> Case:
    found = Case.objects.select_related("owner").filter(pk=number, closed_at=None).first()
    if found is None:
        raise NotFound(f"There is no open case {number}", mend="look at the list of cases")
    if found.owner_id != user.pk and not user.may(Ability.GOVERN):
        raise NotAllowed("This case is somebody else's", mend="comment on it, or ask the S&OP lead to hand it over")
    return found


def _write(found: Case, expected: int | None, **changed: object) -> None:
    seen = found.revision if expected is None else expected
    if not Case.objects.filter(pk=found.pk, revision=seen).update(revision=F("revision") + 1, **changed):
        raise EntryMoved(f"Case {found.pk} was written by somebody else meanwhile", mend="look at it again")
