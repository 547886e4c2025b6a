from django.db import migrations, models

NOT_HIDDEN = models.Q(("hidden_at__isnull", True))


class Migration(migrations.Migration):
    dependencies = [("vms", "0006_kinds_by_reference")]

    operations = [
        migrations.AddIndex(
            model_name="vm",
            index=models.Index(
                condition=NOT_HIDDEN & models.Q(("status", "terminated"), _negated=True),
                fields=["team", "-created_at", "-id", "name"],
                name="vm_list_live_names",
            ),
        ),
        migrations.RemoveIndex(model_name="vm", name="vm_list_live"),
        migrations.AddIndex(
            model_name="vm",
            index=models.Index(
                condition=NOT_HIDDEN, fields=["team", "status", "price_hour"], name="vm_totals"
            ),
        ),
        migrations.AddIndex(
            model_name="vm",
            index=models.Index(
                condition=NOT_HIDDEN & models.Q(("problem", ""), _negated=True),
                fields=["team", "status"],
                name="vm_problems",
            ),
        ),
    ]
