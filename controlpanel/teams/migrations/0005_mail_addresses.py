"""Addresses get their one form: domains that were kept in their own script are in ASCII now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from controlpanel.lib.mail_address import mail_address

# An address in ASCII was always stored in lower case, and has its one form.
OTHERS = r"[^\x00-\x7F]"


def addresses_normalize(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Rewrite what has another form. Two rows that become one stay two: people must choose."""
    for app, model in (("accounts", "User"), ("account", "EmailAddress"), ("teams", "Invitation")):
        rows = apps.get_model(app, model)._default_manager
        for row in rows.filter(email__regex=OTHERS):
            try:
                address = mail_address(row.email)
            except ValueError:
                continue
            if address != row.email and not rows.filter(email=address).exists():
                rows.filter(pk=row.pk).update(email=address)


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_invited_by"),
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(addresses_normalize, migrations.RunPython.noop)]
