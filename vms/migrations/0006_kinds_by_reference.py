from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vms", "0005_operation_sent_at_fluence")]

    # Kinds are told apart by the code, so that a new one needs no migration of the tables.
    operations = [
        migrations.AlterField(model_name=model, name="kind", field=models.CharField(max_length=20))
        for model in ("batch", "operation")
    ]
