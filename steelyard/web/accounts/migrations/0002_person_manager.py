"""People are made by a manager that gives superusers their role."""

from django.db import migrations

import steelyard.web.accounts.models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterModelManagers(
            name="user", managers=[("objects", steelyard.web.accounts.models.PersonManager())]
        ),
    ]
