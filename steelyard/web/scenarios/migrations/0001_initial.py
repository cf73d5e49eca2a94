"""Who sees and who changes a scenario."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ScenarioAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scenario", models.PositiveIntegerField(unique=True)),
                ("seen_by", models.JSONField(default=dict)),
                ("changed_by", models.JSONField(default=dict)),
                ("revised", models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
