"""Before, after and run of an entry; the guard against altering entries is set again, whatever became of the table."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

AGAIN = """
CREATE TRIGGER IF NOT EXISTS audit_entry_never_altered BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Set the trigger where the table was rebuilt."""
    if editor.connection.vendor != "postgresql":
        editor.execute(AGAIN)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddField("entry", "before", models.JSONField(null=True)),
        migrations.AddField("entry", "after", models.JSONField(null=True)),
        migrations.AddField("entry", "run", models.CharField(db_index=True, max_length=100, null=True)),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
