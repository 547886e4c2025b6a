"""Fill the floor's empty database, and print the cookie of somebody logged in."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - needs the settings
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from .models import Machine  # noqa: E402

ROWS = 1_000

call_command("migrate", run_syncdb=True, verbosity=0)
began = datetime(2026, 1, 1, tzinfo=UTC)
Machine.objects.bulk_create(
    Machine(
        name=f"web-{number}",
        status="launched",
        public_ip=f"203.0.113.{number % 250}",
        price_hour=Decimal("0.0476712329"),
        created_at=began + timedelta(minutes=number),
    )
    for number in range(ROWS)
)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
client = Client()
client.force_login(User.objects.create_user("olivia"))
print(f"sessionid={client.cookies['sessionid'].value}")  # noqa: T201
