"""Names of kinds may be longer: security_group.set_rules. PostgreSQL rewrites nothing for that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vms", "0017_resources")]

    operations = [
        migrations.AlterField(model_name=model, name="kind", field=models.CharField(max_length=40))
        for model in ("batch", "operation")
    ]
