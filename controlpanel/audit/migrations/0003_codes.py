"""What there is to say of an entry is kept as a code; old entries keep their sentence.

Nothing rebuilds the table, which would drop its triggers.
"""

from django.db import migrations, models

import controlpanel.ui.messages


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only_triggers")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="said",
            field=controlpanel.ui.messages.MessageField(null=True),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="form",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="auditentry",
                    name="message",
                    field=models.CharField(
                        blank=True, db_column="message", default="", max_length=500
                    ),
                ),
                migrations.RenameField(
                    model_name="auditentry", old_name="message", new_name="text"
                ),
                migrations.AlterField(
                    model_name="auditentry",
                    name="form",
                    field=models.PositiveSmallIntegerField(default=2, null=True),
                ),
            ]
        ),
    ]
