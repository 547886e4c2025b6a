"""How the states of operations and the health of accounts look."""

from django.utils.translation import gettext_lazy as _

from controlpanel.ui.looks import Look

from .account import FluenceAccount
from .operation import CANCELLED, Operation

State, Health = Operation.State, FluenceAccount.Health

OPERATIONS = {
    State.PENDING.value: Look(_("Pending"), "info", is_moving=True),
    State.RUNNING.value: Look(_("Running"), "info", is_moving=True),
    State.SUCCEEDED.value: Look(_("Succeeded"), "success", "circle-check"),
    State.FAILED.value: Look(_("Failed"), "danger", "circle-x"),
    State.UNKNOWN.value: Look(_("Unknown"), "attention", "circle-question-mark"),
    CANCELLED: Look(_("Stopped"), "neutral", "circle-slash"),
}
HEALTH = {
    Health.OK.value: Look(Health.OK.label, "success", "circle-check"),
    Health.KEY_REJECTED.value: Look(Health.KEY_REJECTED.label, "danger", "key-round"),
    Health.UNREACHABLE.value: Look(Health.UNREACHABLE.label, "warning", "cloud-off"),
    Health.MAINTENANCE.value: Look(Health.MAINTENANCE.label, "warning", "construction"),
}
