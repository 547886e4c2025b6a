"""What happened is kept as a code, and an operation names its target by type and id."""

from django.db import migrations, models

import controlpanel.ui.messages


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0003_fluence_account_to_vms"),
        ("vms", "0008_fluence_account"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name=name,
                field=controlpanel.ui.messages.MessageField(null=True),
            )
            for model, name in (
                ("operation", "said"),
                ("vm", "said"),
                ("fluenceaccount", "health_said"),
            )
        ),
        migrations.AddField(
            model_name="operation",
            name="target_type",
            field=models.CharField(db_default="", max_length=20),
        ),
        migrations.AddField(
            model_name="operation",
            name="target_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
