"""The books that are made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MadeBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cycle", models.CharField(db_index=True, max_length=40)),
                ("scenario", models.CharField(max_length=150)),
                ("plan", models.CharField(db_index=True, max_length=64)),
                ("published", models.CharField(blank=True, max_length=64)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("actor", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
    ]
