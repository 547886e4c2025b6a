"""All disks, addresses and networks of an account have rows of their own.

The table of what was left over, and the column beside it, stay for as long as the release before
may run; the next one drops them. Nothing refers to anything by that table any more.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

import controlpanel.ui.messages

OLD_REFERENCES = (("account", "vms.fluenceaccount"), ("cluster", "vms.cluster"), ("vm", "vms.vm"))


def read_anew(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until all are read there is nothing to show, and nothing is claimed."""
    accounts = apps.get_model("vms", "FluenceAccount").objects
    accounts.update(disks_read_at=None, public_ips_read_at=None, reconcile_after=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("vms", "0016_search_by_trigrams"),
    ]

    operations = [
        migrations.AddField(
            model_name="fluenceaccount",
            name="deletes_rest",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="fluenceaccount",
            name="networks_read_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="fluenceaccount",
            name="refused_kinds",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="fluenceaccount",
            name="resources_revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="operation",
            name="after",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="followers",
                to="vms.operation",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="ready_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="PublicIp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("remote_id", models.CharField(max_length=40, null=True)),
                ("name", models.CharField(max_length=254)),
                ("status", models.CharField(default="requested", max_length=30)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("said", controlpanel.ui.messages.MessageField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("absent_since", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("price_hour", models.DecimalField(decimal_places=10, max_digits=18, null=True)),
                (
                    "price_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "price_hour", models.Value(0), output_field=models.DecimalField()
                        ),
                        output_field=models.DecimalField(decimal_places=10, max_digits=18),
                    ),
                ),
                ("attached_to", models.CharField(blank=True, max_length=40)),
                ("free_since", models.DateTimeField(null=True)),
                ("is_left_over", models.BooleanField(default=False)),
                ("is_checked", models.BooleanField(default=True)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("address_type", models.CharField(blank=True, max_length=10)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="vms.fluenceaccount",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vms.cluster",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="vms.vm",
                    ),
                ),
                (
                    "vm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(class)ss",
                        to="vms.vm",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecurityGroup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("remote_id", models.CharField(max_length=40, null=True)),
                ("name", models.CharField(max_length=254)),
                ("status", models.CharField(default="requested", max_length=30)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("said", controlpanel.ui.messages.MessageField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("absent_since", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("vpc_remote_id", models.CharField(blank=True, max_length=40)),
                ("ingress", models.JSONField(default=dict)),
                ("egress", models.JSONField(default=dict)),
                ("attached_to", models.JSONField(default=list)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="vms.fluenceaccount",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vms.cluster",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Storage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("remote_id", models.CharField(max_length=40, null=True)),
                ("name", models.CharField(max_length=254)),
                ("status", models.CharField(default="requested", max_length=30)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("said", controlpanel.ui.messages.MessageField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("absent_since", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("price_hour", models.DecimalField(decimal_places=10, max_digits=18, null=True)),
                (
                    "price_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "price_hour", models.Value(0), output_field=models.DecimalField()
                        ),
                        output_field=models.DecimalField(decimal_places=10, max_digits=18),
                    ),
                ),
                ("attached_to", models.CharField(blank=True, max_length=40)),
                ("free_since", models.DateTimeField(null=True)),
                ("is_left_over", models.BooleanField(default=False)),
                ("is_checked", models.BooleanField(default=True)),
                ("role", models.CharField(blank=True, default="DATA", max_length=10)),
                ("volume_gb", models.PositiveIntegerField()),
                ("storage_type", models.CharField(blank=True, max_length=20)),
                ("replicated", models.BooleanField(default=False)),
                ("image", models.CharField(blank=True, max_length=200)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="vms.fluenceaccount",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vms.cluster",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="vms.vm",
                    ),
                ),
                (
                    "vm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="%(class)ss",
                        to="vms.vm",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subnet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("remote_id", models.CharField(max_length=40, null=True)),
                ("name", models.CharField(max_length=254)),
                ("status", models.CharField(default="requested", max_length=30)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("said", controlpanel.ui.messages.MessageField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("absent_since", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("vpc_remote_id", models.CharField(blank=True, max_length=40)),
                ("ipv4_cidr", models.CharField(blank=True, max_length=50)),
                ("ipv6_cidr", models.CharField(blank=True, max_length=50)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="vms.fluenceaccount",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vms.cluster",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VPC",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("remote_id", models.CharField(max_length=40, null=True)),
                ("name", models.CharField(max_length=254)),
                ("status", models.CharField(default="requested", max_length=30)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("said", controlpanel.ui.messages.MessageField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("absent_since", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("enable_external", models.BooleanField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="vms.fluenceaccount",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vms.cluster",
                    ),
                ),
            ],
        ),
        *(
            migrations.AlterField(
                model_name="leftover",
                name=name,
                field=models.ForeignKey(
                    db_constraint=False,
                    null=name == "vm",
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="left_overs",
                    to=to,
                ),
            )
            for name, to in OLD_REFERENCES
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="LeftOver"),
                migrations.RemoveField(model_name="fluenceaccount", name="left_over_revision"),
            ]
        ),
        migrations.RunPython(read_anew, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="publicip",
            index=models.Index(fields=["account", "-created_at", "-id"], name="public_ip_list"),
        ),
        migrations.AddIndex(
            model_name="publicip",
            index=models.Index(
                condition=models.Q(("is_left_over", True)),
                fields=["account", "-price_order", "created_at", "id"],
                name="public_ip_left_over",
            ),
        ),
        migrations.AddIndex(
            model_name="publicip",
            index=models.Index(fields=["account", "attached_to"], name="public_ip_attached"),
        ),
        migrations.AddConstraint(
            model_name="publicip",
            constraint=models.UniqueConstraint(
                fields=("account", "remote_id"), name="public_ip_once_per_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="securitygroup",
            constraint=models.UniqueConstraint(
                fields=("account", "remote_id"), name="security_group_once_per_account"
            ),
        ),
        migrations.AddIndex(
            model_name="storage",
            index=models.Index(fields=["account", "-created_at", "-id"], name="storage_list"),
        ),
        migrations.AddIndex(
            model_name="storage",
            index=models.Index(
                condition=models.Q(("is_left_over", True)),
                fields=["account", "-price_order", "created_at", "id"],
                name="storage_left_over",
            ),
        ),
        migrations.AddIndex(
            model_name="storage",
            index=models.Index(fields=["account", "attached_to"], name="storage_attached"),
        ),
        migrations.AddConstraint(
            model_name="storage",
            constraint=models.UniqueConstraint(
                fields=("account", "remote_id"), name="storage_once_per_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="subnet",
            constraint=models.UniqueConstraint(
                fields=("account", "remote_id"), name="subnet_once_per_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="vpc",
            constraint=models.UniqueConstraint(
                fields=("account", "remote_id"), name="vpc_once_per_account"
            ),
        ),
    ]
