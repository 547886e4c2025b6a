from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    # Their keys were kept as they are. Everybody logs in once more.
    operations = [
        migrations.RunSQL(
            ["DELETE FROM usersessions_usersession", "DELETE FROM django_session"],
            migrations.RunSQL.noop,
            elidable=True,
        )
    ]
