"""How the health of an account looks."""

from controlpanel.ui.looks import Look
from vms.models import FluenceAccount

Health = FluenceAccount.Health

HEALTH = {
    Health.OK.value: Look(Health.OK.label, "success", "circle-check"),
    Health.KEY_REJECTED.value: Look(Health.KEY_REJECTED.label, "danger", "key-round"),
    Health.UNREACHABLE.value: Look(Health.UNREACHABLE.label, "warning", "cloud-off"),
    Health.MAINTENANCE.value: Look(Health.MAINTENANCE.label, "warning", "construction"),
}
