"""What maintenance has to say of operations and in the audit log."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "maybe_done_since_backup": _(
        "The panel was restored from a backup made while this was under way. The panel is looking "
        "at Fluence whether it was done."
    ),
    "panel_restored": _(
        "The panel was restored from a backup. What happened between the entry before this one and "
        "now is not in this log."
    ),
}
