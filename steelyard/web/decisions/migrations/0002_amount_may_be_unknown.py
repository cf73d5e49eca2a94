"""The amount of a decision may be unknown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Let it be nothing."""

    dependencies = (("decisions", "0001_initial"),)
    operations = (
        migrations.AlterField(model_name="decision", name="amount", field=models.FloatField(default=0.0, null=True)),
    )
