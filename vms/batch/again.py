"""The form that asks for cloud-init text again, and what is kept of it between two sendings."""

from controlpanel.teams.access import TeamRequest
from vms.models import Batch
from vms.operations.drafts import draft_done, draft_find, draft_keep, draft_typed

from .forms import UserDataForm


def user_data_form(request: TeamRequest, batch: Batch, *, needs_text: bool) -> UserDataForm:
    """Return the form as it was sent, or with what the person left here of it before."""
    user, team, page = request.user, request.team, f"batch {batch.pk}"
    if request.method == "POST":
        form = UserDataForm(draft_keep(user=user, team=team, page=page, sent=request.POST))
    else:
        draft = draft_find(user=user, team=team, page=page)
        form = UserDataForm(initial=draft_typed(draft).dict())
    form.fields["user_data"].required = needs_text
    return form


def user_data_done(request: TeamRequest) -> None:
    """Wipe what is kept: it was asked for again."""
    draft_done(user=request.user, team=request.team, sent=request.POST)
