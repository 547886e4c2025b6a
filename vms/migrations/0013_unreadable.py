"""What of Fluence's answers could not be read, for the account page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vms", "0012_old_texts_unused")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="unreadable",
            field=models.JSONField(db_default={}, default=dict),
        )
        for model in ("cataloguestate", "fluenceaccount")
    ]
