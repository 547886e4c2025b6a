import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

KINDS = [
    ("vm.create", "Vm Create"),
    ("vm.rename", "Vm Rename"),
    ("vm.terminate", "Vm Terminate"),
    ("ssh_key.create", "Ssh Key Create"),
    ("ssh_key.delete", "Ssh Key Delete"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0001_initial"),
        ("vms", "0002_vm_list_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("actor_data", models.JSONField()),
                ("form_key", models.CharField(max_length=60, null=True)),
                ("skipped", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["team", "form_key"], name="batch_form_sent_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="operation",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="operations",
                to="vms.batch",
            ),
        ),
    ]
