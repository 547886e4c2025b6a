"""The sentences and the old name of an operation's target are not used any more.

Their columns stay for as long as the release before may run; the next one drops them.
"""

from django.db import migrations, models

TEXTS = (("operation", "message"), ("vm", "problem"), ("fluenceaccount", "health_message"))


class Migration(migrations.Migration):
    dependencies = [("vms", "0011_indexes_of_codes_and_targets")]

    operations = [
        migrations.RemoveIndex(model_name="vm", name="vm_problems"),
        *(
            migrations.AlterField(
                model_name=model,
                name=name,
                field=models.CharField(blank=True, max_length=500, null=True),
            )
            for model, name in TEXTS
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(migrations.RemoveField(model_name=model, name=name) for model, name in TEXTS),
                migrations.RemoveField(model_name="operation", name="vm"),
                migrations.RemoveField(model_name="batch", name="stopped_at"),
            ]
        ),
        migrations.AlterField(
            model_name="operation",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("running", "Running"),
                    ("succeeded", "Succeeded"),
                    ("failed", "Failed"),
                    ("unknown", "Unknown"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
    ]
