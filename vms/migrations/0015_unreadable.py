"""What of Fluence's answers could not be read, for the account page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vms", "0014_draft")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="unreadable",
            field=models.JSONField(db_default={}, default=dict),
        )
        for model in ("cataloguestate", "fluenceaccount")
    ]
