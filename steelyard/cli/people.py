"""People: the users of the demo, one for each role, in the database of the app."""

import os
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

from steelyard.web.serve import prepare

DEMO_PASSWORD = "steelyard-demo"


def make_people(folder: Path) -> list[dict[str, str]]:
    """Make the app ready for a company and create one person for each role; those who exist stay as they are.

    Returns:
        Name, role, sign-in name and password of each, for the demo only.
    """
    prepare(folder)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("create_demo_users", password=DEMO_PASSWORD, stdout=nowhere)
    return [_person(user) for user in apps.get_model("accounts", "User").objects.order_by("pk")]


def _person(user: object) -> dict[str, str]:
    name = f"{getattr(user, 'first_name', '')} {getattr(user, 'last_name', '')}"
    sign_in = str(getattr(user, "username", ""))
    return {"name": name, "role": str(getattr(user, "role_label", "")), "sign in": sign_in, "password": DEMO_PASSWORD}
