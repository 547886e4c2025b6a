"""Beginning and giving up top-ups, and finding where one is paid."""

from urllib.parse import urlsplit
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceError
from controlpanel.lib.addresses import WebAddress
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.clients import impatient_client_for
from vms.core.errors import NotAllowedNow, VMsError
from vms.core.explain import explain
from vms.models import Operation, TopUp
from vms.operations.ask import ask
from vms.operations.once import form_key_of
from vms.operations.wishes import Asking, Wish

from .kinds import CANCEL_TOP_UP, CREATE_TOP_UP


def top_up_create(
    *, team: Team, actor: Actor, amount_cents: int, method_code: str, form_key: UUID | None = None
) -> Operation:
    """Begin to pay in while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without top_up:create.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: another one waits for its payment, or is being made.
    """
    request = {"amount_cents": amount_cents, "method_code": method_code}
    key = form_key_of(form_key, CREATE_TOP_UP.name, amount_cents, method_code)
    wish = Wish(None, request)
    return ask(CREATE_TOP_UP, [wish], Asking(team=team, actor=actor, key=key)).operation


def top_up_cancel(*, top_up: TopUp, team: Team, actor: Actor) -> Operation:
    """Give up one that is not paid while the person waits.

    Raises:
        PermissionDenied: without top_up:create.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: it waits for nothing any more, or is being canceled already.
    """
    return ask(CANCEL_TOP_UP, [Wish(top_up)], Asking(team=team, actor=actor)).operation


def top_up_payment_url(*, top_up: TopUp, team: Team, actor: Actor) -> str:
    """Ask Fluence where a top-up is paid (GET /v2/top-ups/pending): nothing of that is kept here.

    Raises:
        PermissionDenied: without top_up:create.
        NotAllowedNow: it waits for nothing any more, or Fluence names no page of the web.
        VMsError: Fluence did not answer, in a person's words.
    """
    permission_require(actor=actor, team=team, permission=Permission.TOP_UP_CREATE)
    try:
        pending = impatient_client_for(top_up.account).billing.pending_top_up()
    except FluenceError as error:
        raise VMsError(explain(error)) from error
    if pending is None or pending.id != top_up.remote_id:
        raise NotAllowedNow(say("top_up_is_over", name=str(top_up)))
    url = pending.redirect_url.get_secret_value() if pending.redirect_url else ""
    if not _is_web_page(url):
        raise NotAllowedNow(say("payment_elsewhere"))
    return url


def _is_web_page(url: str) -> bool:
    """Whether it is an address with TLS, or of this machine, where a simulator may be."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_plain = parts.scheme == "http" and WebAddress("http", host).is_loopback
    return bool(host) and (parts.scheme == "https" or is_plain)
