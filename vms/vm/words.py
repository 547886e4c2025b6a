"""The words of a row: fifty rows are a page, so they are looked up once and not for each."""

from django.utils.translation import gettext as _

from controlpanel.ui.language import by_language


@by_language
def row_words() -> dict[str, str]:
    """Return what a row's buttons are called, with a place for the VM's name or address."""
    return {
        "select": _("Select %(name)s"),
        "rename": _("Rename %(name)s"),
        "restart": _("Restart %(name)s"),
        "restart_button": _("Restart…"),
        "terminate": _("Terminate %(name)s"),
        "terminate_button": _("Terminate…"),
        "copy_address": _("Copy %(name)s"),
        "try_again": _("Try again"),
        "settle": _("Settle what became of %(name)s"),
        "settle_button": _("Settle…"),
        "dismiss": _("Dismiss"),
    }
