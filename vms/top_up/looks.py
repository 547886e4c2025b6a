"""How the statuses of top-ups look, as Fluence spells them."""

from django.utils.translation import gettext_lazy as _

from controlpanel.ui.looks import Look
from vms.models.top_up import CANCELED, OPEN, PAID

STATUSES = {
    OPEN: Look(_("Waits for payment"), "info", is_moving=True),
    "needs_review": Look(_("Under review"), "attention", "circle-dot"),
    PAID: Look(_("Paid"), "success", "circle-check"),
    CANCELED: Look(_("Canceled"), "neutral", "circle-slash"),
    "expired": Look(_("Expired"), "neutral", "circle-slash"),
    "failed": Look(_("Failed"), "danger", "circle-x"),
}
