from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0002_left_over"),
        ("vms", "0008_fluence_account"),
    ]

    # The table stays: it is of `vms` now.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="FluenceAccount")]
        )
    ]
