"""Give every company the standard templates to begin with; they are edited as its own."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from steelyard.cycle.standard import STANDARD_TEMPLATES
from steelyard.cycle.template import template_json


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kept = apps.get_model("cycles", "Template").objects
    for template in STANDARD_TEMPLATES:
        values = {"label": template.label, "kind": template.kind, "body": template_json(template)}
        kept.get_or_create(name=template.name, defaults={**values, "at": timezone.now(), "by": "steelyard"})


class Migration(migrations.Migration):
    dependencies = [("cycles", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
