"""What a backup does not hold: who is logged in is nobody's business but the running panel's."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

# Their tables are there, and empty.
TABLES = (Session._meta.db_table, UserSession._meta.db_table)
