from django.db import migrations, models

import vms.models.operation


class Migration(migrations.Migration):
    dependencies = [("vms", "0005_operation_sent_at_fluence")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="kind",
            field=models.CharField(choices=vms.models.operation.kind_choices, max_length=20),
        )
        for model in ("batch", "operation")
    ]
