"""The totals' index holds what the ledger adds up, and the vendor's own forecast is not kept.

The column of the forecast stays for as long as the release before may run.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vms", "0018_longer_kinds"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="fluenceaccount", name="balance_days_left"),
            ]
        ),
        migrations.RemoveIndex(model_name="vm", name="vm_totals"),
        migrations.AddIndex(
            model_name="vm",
            index=models.Index(
                condition=models.Q(("hidden_at__isnull", True)),
                fields=["team", "status", "account", "price_vm_hour", "price_hour"],
                name="vm_totals",
            ),
        ),
    ]
