"""Keep beside a book on what it stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the footing of a made book."""

    dependencies = [("book", "0001_initial")]

    operations = [
        migrations.AddField(model_name="madebook", name="footing", field=models.JSONField(blank=True, default=dict))
    ]
