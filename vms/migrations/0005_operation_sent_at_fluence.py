from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vms", "0004_left_over")]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="sent_at_fluence",
            field=models.DateTimeField(null=True),
        ),
    ]
