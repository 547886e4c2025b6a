"""How the states of operations look."""

from django.utils.translation import gettext_lazy as _

from controlpanel.ui.looks import Look
from vms.models import Operation
from vms.models.operation import ASKED, CANCELLED

State = Operation.State

STATES = {
    State.PENDING.value: Look(_("Pending"), "info", is_moving=True),
    State.RUNNING.value: Look(_("Running"), "info", is_moving=True),
    State.SUCCEEDED.value: Look(_("Succeeded"), "success", "circle-check"),
    State.FAILED.value: Look(_("Failed"), "danger", "circle-x"),
    State.UNKNOWN.value: Look(_("Unknown"), "attention", "circle-question-mark"),
    ASKED: Look(_("Asked"), "info", is_moving=True),
    CANCELLED: Look(_("Stopped"), "neutral", "circle-slash"),
}
