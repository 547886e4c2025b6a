"""The words of a row: fifty rows are a page, so they are looked up once and not for each."""

from django.utils.translation import gettext as _

from controlpanel.ui.language import by_language


@by_language
def row_words() -> dict[str, str]:
    """Return what a row's buttons are called, with a place for the name."""
    return {
        "select": _("Select %(name)s"),
        "copy_id": _("Copy the id of %(name)s"),
        "copy_address": _("Copy %(name)s"),
        "rename": _("Rename %(name)s"),
        "menu": _("Change %(name)s"),
        "menu_button": _("Change"),
        "rename_button": _("Rename…"),
        "grow_button": _("Grow…"),
        "attach_button": _("Attach to a VM…"),
        "detach_button": _("Detach…"),
        "delete_button": _("Delete…"),
        "release_button": _("Release…"),
        "dismiss": _("Dismiss"),
        "dismiss_one": _("Dismiss %(name)s"),
        "keep": _("Keep it"),
        "keep_one": _("Keep %(name)s: do not delete it with its VM"),
        "checking": _("checking: its VM has ended"),
        "no_vm": _("no VM"),
        "other_vm": _("a VM that is not shown here"),
        "was_of": _("was of %(name)s"),
        "by": _("terminated by %(name)s"),
        "elsewhere": _("terminated outside the panel"),
        "free_since": _("free since"),
    }
