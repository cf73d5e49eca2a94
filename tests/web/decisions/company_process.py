"""A process of its own for one company: makes a decision, signs it, publishes it, or starts again after a kill.

Run as `python company_process.py FOLDER COMMAND [ARGUMENT]`, the way a server and its worker run beside each other.
"""

import sys
from pathlib import Path

from steelyard.web.serve import connect

PASSWORD = "a-long-password-1"
PEOPLE = (("ines", "sop_lead"), ("edgar", "executive"), ("erna", "executive"))


def say(text: object) -> None:
    """Tell who waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare() -> None:
    """Two executives, a lead, and a plan approval that is asked."""
    from steelyard.web.accounts.models import User
    from steelyard.web.decisions import models, services
    from steelyard.web.decisions.weighing import option_weigh_now

    for name, role in PEOPLE:
        user = User(username=name, role=role)
        user.set_password(PASSWORD)
        user.save()
    lead = User.objects.get(username="ines")
    made = services.decision_create(
        user=lead, cycle="2026-01", kind="plan_approval", question="Which plan?", forum="executive_sop"
    )
    for scenario in ("base", "promo"):
        option_weigh_now(services.option_add(made.pk, user=lead, scenario=scenario))
    services.decision_recommend(made.pk, 2, user=lead)
    services.decision_ask(made.pk, user=lead, version=models.Decision.objects.get(pk=made.pk).version)


def sign(name: str, option: int) -> None:
    """Sign when the word comes, and say what came of it."""
    from steelyard.errors import DecisionInvalid, DecisionMoved
    from steelyard.web.accounts.models import User
    from steelyard.web.decisions import models, signing

    decision, user = models.Decision.objects.get(), User.objects.get(username=name)
    say("ready")
    sys.stdin.readline()
    try:
        found = signing.decision_sign(
            decision.pk, user=user, password=PASSWORD, paper=decision.digest, approve=True, option=option
        )
        say(found.state)
    except (DecisionMoved, DecisionInvalid) as told:
        say(f"told: {told}")


def publish() -> None:
    """Sign, then publish as the worker does."""
    from steelyard.web.accounts.models import User
    from steelyard.web.decisions import models, publication, signing

    decision, user = models.Decision.objects.get(), User.objects.get(username="edgar")
    say("ready")
    if decision.state == "asked":
        signing.decision_sign(decision.pk, user=user, password=PASSWORD, paper=decision.digest, approve=True, option=2)
    say("signed")
    publication.publish_decided(decision.pk)
    say("published")


def resume() -> None:
    """What a server does that starts again, and its worker after it."""
    from steelyard.web.decisions import publication
    from steelyard.web.jobs.models import Job
    from steelyard.web.jobs.services import jobs_interrupted_close

    jobs_interrupted_close(all_running=True)
    queued = publication.publications_resume()
    for job in Job.objects.filter(kind=publication.KIND, state="waiting"):
        publication.decision_publish.func(job.pk)
    say(queued)


COMMANDS = {
    "prepare": prepare,
    "publish": publish,
    "resume": resume,
    "sign": lambda: sign(sys.argv[3], int(sys.argv[4])),
}

if __name__ == "__main__":
    connect(Path(sys.argv[1]))
    COMMANDS[sys.argv[2]]()
