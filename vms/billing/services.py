"""Telling a team that its balance runs out."""

import logging
from collections.abc import Collection
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from controlpanel.lib.links import public_url
from controlpanel.lib.mail import MailNotSent, mail_sending
from controlpanel.teams.permissions import Permission
from controlpanel.teams.selectors import members_of
from vms.core.revisions import revision_raise
from vms.models import FluenceAccount

from .selectors.ledger import ledger_of
from .selectors.runway import Runway

logger = logging.getLogger(__name__)


def low_balance_tell(account_id: UUID) -> None:
    """Tell by mail and on every page that the balance lasts no longer than one of the chosen
    numbers of days: once for each, until it has been above it again.
    """
    account = FluenceAccount.objects.select_related("team").filter(pk=account_id).first()
    if account is None:
        return  # disconnected meanwhile
    runway, told = ledger_of(account.team).runway, account.low_balance_told
    days = _days_reached(account.low_balance_days, runway)
    if days == told or not _noted(account, days) or days is None:
        return
    if runway and (told is None or days < told):
        _mail(account, runway)


def _days_reached(chosen: Collection[int], runway: Runway | None) -> int | None:
    """Return the smallest of the chosen numbers of days that the balance does not outlast."""
    return min((days for days in chosen if runway and runway.is_within(days)), default=None)


def _noted(account: FluenceAccount, days: int | None) -> bool:
    """Note it before it is mailed: of two workers one does, and rather none than each of them."""
    same = FluenceAccount.objects.filter(pk=account.pk, low_balance_told=account.low_balance_told)
    with transaction.atomic():
        is_ours = bool(same.update(low_balance_told=days))
        if is_ours:
            revision_raise(account.team_id)
    return is_ours


def _mail(account: FluenceAccount, runway: Runway) -> None:
    """Write to each of those who can do something about it, by a mail of their own."""
    team = account.team
    subject = _("%(team)s: the Fluence balance runs low") % {"team": team.name}
    link = public_url("vms:account", slug=team.slug)
    text = render_to_string(
        "vms/billing/low_balance_mail.txt", {"team": team, "runway": runway, "link": link}
    )
    for member in members_of(team):
        if not member.may(Permission.ACCOUNT_CONNECT) or not member.user.is_active:
            continue
        try:
            with mail_sending():
                send_mail(" ".join(subject.split()), text, None, [member.user.email])
        except MailNotSent:
            logger.warning("team %s: a low balance could not be mailed", team.pk)
