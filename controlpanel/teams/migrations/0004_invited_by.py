import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def inviters_find(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Say of each open invitation who made it, as the log tells."""
    Invitation = apps.get_model("teams", "Invitation")
    AuditEntry = apps.get_model("audit", "AuditEntry")
    for invitation in Invitation.objects.filter(accepted_at=None, revoked_at=None):
        made = AuditEntry.objects.filter(
            team_id=invitation.team_id,
            target_id=str(invitation.pk),
            action="invitation.create",
            actor_kind="user",
        )
        if actor_id := made.values_list("actor_id", flat=True).first():
            invitation.invited_by_id = int(actor_id)
            invitation.save(update_fields=["invited_by"])


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_codes"),
        ("teams", "0003_fluence_account_to_vms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(inviters_find, migrations.RunPython.noop, elidable=True),
    ]
