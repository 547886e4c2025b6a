from django.db import migrations, models

from controlpanel.lib.migrations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vms", "0010_copy_texts_and_targets")]

    operations = [
        AddIndexOnline(
            model_name="operation",
            index=models.Index(fields=["target_type", "target_id"], name="operation_target"),
        ),
        AddIndexOnline(
            model_name="vm",
            index=models.Index(
                condition=models.Q(("hidden_at__isnull", True), ("said__isnull", False)),
                fields=["team", "status"],
                name="vm_troubled",
            ),
        ),
    ]
