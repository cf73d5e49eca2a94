"""People with passwords, and a decision that is ready to be asked."""

from collections.abc import Callable

import pytest

from steelyard.web.accounts.models import User
from steelyard.web.decisions import models, services

PASSWORD = "a-long-password-1"


@pytest.fixture
def signer(person: Callable[[str], User]) -> Callable[[str], User]:
    """People of a role who know their password."""

    def find(role: str) -> User:
        found = person(role)
        if not found.password:
            found.set_password(PASSWORD)
            found.save()
        return found

    return find


@pytest.fixture
def drafted(site, signer) -> Callable[..., models.Decision]:
    """A draft with two weighed options, the second recommended."""

    def make(kind: str = "plan_approval", **values: object) -> models.Decision:
        lead = signer("sop_lead")
        made = services.decision_create(
            user=lead, cycle="2026-01", kind=kind, question="Which plan?", forum="executive_sop", **values
        )
        for scenario in ("base", "promo"):
            services.option_add(made.pk, user=lead, scenario=scenario, case={"capex": 10.0, "yearly_gain": 5.0})
        services.decision_recommend(made.pk, 2, user=lead)
        return models.Decision.objects.get(pk=made.pk)

    return make


@pytest.fixture
def asked(drafted, signer) -> Callable[..., models.Decision]:
    """A decision before its forum."""

    def make(kind: str = "plan_approval", **values: object) -> models.Decision:
        found = drafted(kind, **values)
        return services.decision_ask(found.pk, user=signer("sop_lead"), version=found.version)

    return make
