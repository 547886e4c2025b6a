"""When an account's VMs were last read, and when its newest are looked at again."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("vms", "0012_old_texts_unused")]

    operations = [
        migrations.AddField(
            model_name="fluenceaccount",
            name="newest_after",
            field=models.DateTimeField(default=django.utils.timezone.now, db_default=Now()),
        ),
        migrations.AddField(
            model_name="fluenceaccount",
            name="vms_read_at",
            field=models.DateTimeField(null=True),
        ),
    ]
