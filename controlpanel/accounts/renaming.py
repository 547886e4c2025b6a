"""What a person is called: those who know them by it may refuse a name, and keep a record of a new
one. The packages above add themselves when they start.
"""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest

from .models import User

# With the person as they are called now, and what they were called before; within the transaction.
# They raise ValidationError, which undoes it.
Witness = Callable[[HttpRequest, User, str], None]
WITNESSES: list[Witness] = []
# With the token of an invitation and the name that somebody new gives: the same.
NewName = Callable[[str, str], None]
NEW_NAMES: list[NewName] = []


@transaction.atomic
def person_save(request: HttpRequest, user: User) -> None:
    """Save a person's name and time zone.

    Raises:
        ValidationError: the name cannot be theirs.
    """
    before = str(User.objects.select_for_update(no_key=True).get(pk=user.pk))
    user.save(update_fields=["name", "time_zone"])
    if str(user) != before:
        for witness in WITNESSES:
            witness(request, user, before)
