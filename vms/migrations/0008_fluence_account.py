"""Fluence accounts are of `vms`, no longer of `teams`. The table stays as it is."""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def account(on_delete: Any, related_name: str, **options: Any) -> Any:  # noqa: ANN401
    return models.ForeignKey(
        on_delete=on_delete, related_name=related_name, to="vms.fluenceaccount", **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0002_left_over"),
        ("vms", "0007_list_and_totals_from_indexes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="FluenceAccount",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("api_key_encrypted", models.TextField()),
                        ("key_hint", models.CharField(max_length=8)),
                        ("remote_user_id", models.CharField(max_length=40)),
                        ("email", models.CharField(max_length=254)),
                        ("scopes", models.JSONField(default=list)),
                        ("can_write", models.BooleanField()),
                        ("connected_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("connected_by_name", models.CharField(blank=True, max_length=254)),
                        (
                            "balance",
                            models.DecimalField(decimal_places=6, max_digits=20, null=True),
                        ),
                        ("balance_days_left", models.PositiveIntegerField(null=True)),
                        ("balance_at", models.DateTimeField(null=True)),
                        (
                            "health",
                            models.CharField(
                                choices=[
                                    ("ok", "Connected"),
                                    ("key_rejected", "API key rejected"),
                                    ("unreachable", "Unreachable"),
                                    ("maintenance", "In maintenance"),
                                ],
                                default="ok",
                                max_length=12,
                            ),
                        ),
                        ("health_message", models.CharField(blank=True, max_length=500)),
                        ("health_since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("poll_after", models.DateTimeField(default=django.utils.timezone.now)),
                        ("poll_lease_until", models.DateTimeField(null=True)),
                        ("poll_failures", models.PositiveSmallIntegerField(default=0)),
                        (
                            "reconcile_after",
                            models.DateTimeField(default=django.utils.timezone.now),
                        ),
                        ("reconciled_at", models.DateTimeField(null=True)),
                        ("disks_read_at", models.DateTimeField(null=True)),
                        ("public_ips_read_at", models.DateTimeField(null=True)),
                        (
                            "left_over_revision",
                            models.PositiveBigIntegerField(db_default=0, default=0),
                        ),
                        (
                            "team",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="account",
                                to="teams.team",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "teams_fluenceaccount",
                        "indexes": [
                            models.Index(fields=["poll_after"], name="account_poll_after"),
                            models.Index(
                                condition=models.Q(("health", "key_rejected"), _negated=True),
                                fields=["reconcile_after"],
                                name="account_reconcile_after",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("remote_user_id",), name="one_team_per_fluence_account"
                            )
                        ],
                    },
                ),
                migrations.AlterField(
                    "leftover", "account", account(django.db.models.CASCADE, "left_overs")
                ),
                migrations.AlterField(
                    "operation",
                    "account",
                    account(django.db.models.SET_NULL, "operations", null=True),
                ),
                migrations.AlterField(
                    "sshkey", "account", account(django.db.models.CASCADE, "ssh_keys")
                ),
                migrations.AlterField(
                    "vm", "account", account(django.db.models.SET_NULL, "vms", null=True)
                ),
            ],
        )
    ]
