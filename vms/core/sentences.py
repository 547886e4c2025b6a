"""The sentences of every code that vms keeps or refuses with. English is their source."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.messages import Sentence, sentences_register

from . import resource_statuses, statuses

FLUENCE: dict[str, Sentence] = {
    "unchanged": _("Nothing was changed."),
    "with_request": _("%(message)s (Request %(request_id)s)"),
    "quote": "%(quote)s",
    # What happened to a call.
    "happened": "%(what)s.",
    "no_answer_in_time": _("Fluence did not answer in time"),
    "connection_lost": _("The connection to Fluence was lost before it answered"),
    "answer_unreadable": _("Fluence's answer could not be read"),
    "no_secure_connection": _("A secure connection to Fluence could not be made"),
    "http_error": _("Fluence answered with an error (HTTP %(status)s)"),
    "unreachable": _("Fluence cannot be reached at the moment"),
    "outcome_unknown": _(
        "%(what)s, so it is not known yet whether it was done. "
        "The panel keeps looking and will show the outcome here; do not ask again meanwhile."
    ),
    # What is in its way.
    "too_many_calls": _("Fluence is getting too many calls from this account."),
    "in_maintenance": _("Fluence is in maintenance."),
    "calls_paused": _("Fluence has failed many times in a row, so the panel pauses its calls."),
    "calls_at_limit": _("The panel is making as many calls for this account as it may at once."),
    "key_unreadable": _(
        "The panel cannot read what it keeps encrypted: it has other ENCRYPTION_KEYS than before."
    ),
    "key_rejected": _("Fluence rejected the team's API key."),
    "key_forbidden": _("The team's API key may not do this."),
    "balance_too_low": _("The balance of the Fluence account does not cover this."),
    "first_hour_too_dear": _(
        "The first hour costs %(hour)s, and the balance is %(balance)s: nothing was made."
        " Top up the account, or ask for less."
    ),
    "no_longer_known": _("Fluence no longer knows this: %(quote)s"),
    "not_in_this_status": _("Fluence does not allow this in the present status: %(quote)s"),
    "refused": _("Fluence refused: %(quote)s"),
    # What to do, or what comes next.
    "try_when_over": _("Try again when it is over."),
    "try_again_in": lambda params: (
        ngettext(
            "Try again in %(seconds)s second.",
            "Try again in %(seconds)s seconds.",
            params["seconds"],
        )
        % params
    ),
    "try_again_in_a_minute": _("Try again in a minute."),
    "panel_tries_again": lambda params: (
        ngettext(
            "The panel tries again in %(seconds)s second.",
            "The panel tries again in %(seconds)s seconds.",
            params["seconds"],
        )
        % params
    ),
    "put_keys_back": _(
        "Whoever runs the panel can put the old keys back; else an owner or admin connects the "
        "API key again."
    ),
    "connect_new_key": _("An owner or admin can connect a new key on the Fluence account page."),
    "connect_wider_key": _("An owner or admin can connect a key with more scopes."),
    "top_up": _("Top up the account, then try again."),
    "page_may_be_old": _("The page may be older than what happened to it."),
}

OPERATIONS: dict[str, Sentence] = {
    "found_by_looking": _("Found at Fluence by looking."),
    "done_after_all": _("It was done after all: Fluence shows it now."),
    "sent_again": _("Sent once more: Fluence shows no trace of the first time."),
    "refused_in_doubt": _(
        "%(why)s The panel looks for some minutes whether it was done all the same, and keeps the "
        "name meanwhile."
    ),
    "create_unseen": _(
        "Fluence did not say whether it made %(name)s, and has not shown it for some minutes, "
        "which does not prove that it was not made. Look at Fluence, then say here how it is."
    ),
    "not_there": _("Looked for at Fluence by a person, and not there."),
    "this_is_it": _("A person says that this VM is it."),
    "not_done": _("Fluence shows no trace of it, so it counts as not done. You can try again."),
    "settled_by_person": _("Settled by a person."),
    "stopped_by": _("Stopped by %(name)s before it was sent. Nothing was changed."),
    "actor_may_not": _("%(name)s may not do this any more. Nothing was changed."),
    "account_gone": _(
        "The team's Fluence account was disconnected before this was sent. Nothing was changed."
    ),
    "account_gone_unknown": _(
        "The Fluence account was disconnected before the outcome was known. Look at Fluence "
        "whether %(name)s is as it should be."
    ),
    "look_refused": _(
        "Fluence has refused for an hour to tell whether this was done. Look there whether "
        "%(name)s is as it should be, then dismiss this."
    ),
    "process_died": _(
        "The panel's process stopped during the call. The panel is looking at "
        "Fluence whether it was done."
    ),
    "panel_failed_before": _(
        "The panel failed before it asked Fluence. Nothing was changed. Try again; if it fails "
        "again, whoever runs the panel finds the reason in its log."
    ),
    "panel_failed_during": _(
        "The panel failed during the call, so it is not known yet whether it was done. It keeps "
        "looking and will show the outcome here; do not ask again meanwhile."
    ),
    "of_one": "%(name)s: %(why)s",
    "nothing_left": _("Nothing is left to do: this was asked before."),
}

ACCOUNT: dict[str, Sentence] = {
    "no_account": _("The team has no Fluence account yet. An owner or admin can connect one."),
    "account_read_only": _(
        "The team's API key is read-only: it can show VMs but not change them. "
        "An owner or admin can connect a key with the scope vms:write."
    ),
    "not_connected": _("No Fluence account is connected."),
    "changes_under_way": _(
        "%(count)s change(s) are still under way at Fluence. Disconnect when they have finished."
    ),
    "account_of_other_team": _(
        "This Fluence account is already connected to another team of this panel. "
        "Use a key of another account, or have that team disconnect it first."
    ),
    "key_not_accepted": _(
        "Fluence does not accept this key. Check that it was copied whole and not revoked. "
        "Nothing was saved."
    ),
    "key_not_checked": _("The key could not be checked. %(why)s"),
    "key_cannot_read": _(
        "This key may not read VMs. Make one at Fluence with at least the scope vms:read. "
        "Nothing was saved."
    ),
    "key_of_other_account": _(
        "This key belongs to another Fluence account than %(email)s. Disconnect that one first."
    ),
}

VM: dict[str, Sentence] = {
    "vm_not_now": lambda params: (
        gettext("%(name)s is %(status)s: this cannot be done to it.") % _with_status(params)
    ),
    "vm_no_such_restart": lambda params: (
        gettext("%(name)s is %(status)s: it cannot be restarted in this way now.")
        % _with_status(params)
    ),
    "vm_of_other_account": _("%(name)s is of a Fluence account that is no longer connected."),
    "vm_busy": _("%(name)s: the same was asked a moment ago and is under way."),
    "vm_ending": _("%(name)s is being terminated already."),
    "vm_exists": _("%(name)s exists at Fluence: it cannot be dismissed."),
    "vms_changed": _("Nothing can be done to these VMs now: they have changed meanwhile."),
    "cannot_be_it": _("This cannot be %(name)s: it is another's, older, or gone."),
    "joined_to": _("This is %(name)s, and has no row of its own any more."),
    "vm_not_waiting": _("%(name)s is not waiting to be made any more."),
    "vm_text_wiped": _("%(name)s: its cloud-init text is wiped. Paste it again."),
    "names_in_use": _("Already in use in this account: %(names)s."),
    "name_being_given": _(
        "%(name)s is being given to another VM, or it is not certain yet that it was not. "
        "Take another name, or try again in a few minutes."
    ),
    "name_being_made": _("A VM of that name is being made at this moment."),
    "name_changed": _(
        "It was renamed to %(name)s since this page was opened. Nothing was changed now. Send it "
        "again to replace that."
    ),
    "names_twice": _("Two of these VMs would get the same name."),
    "vm_not_renamed": _("Not renamed. %(why)s"),
    "vm_not_restarted": _("Not restarted. %(why)s"),
    "vm_not_rebooted": _("Not rebooted. %(why)s"),
    "vm_not_terminated": _("Not terminated. %(why)s"),
    "restart_unclear": _(
        "Fluence does not tell whether %(name)s was restarted. Log in and look how long it "
        "has been up: restart it again if it was not, and dismiss this."
    ),
    "several_made": _(
        "Fluence has %(count)s VMs named %(name)s that may be this one. They are imported at the "
        "next reconcile: say here which one it is, and terminate the ones you do not need."
    ),
    "vm_no_longer_listed": _("Fluence no longer lists this VM. It was removed outside the panel."),
    "renamed_outside": _("Renamed outside the panel."),
    "terminated_outside": _("Terminated outside the panel, or by Fluence itself."),
    "made_outside": _("Found at Fluence: made outside the panel."),
}

RESOURCE: dict[str, Sentence] = {
    "resource_not_now": lambda params: (
        gettext("%(name)s is %(status)s: this cannot be done to it.")
        % {**params, "status": resource_statuses.label(params["status"]).lower()}
    ),
    "resource_busy": _("%(name)s: something else was asked of it and is under way."),
    "resource_attached": _("%(name)s belongs to a VM: detach it first."),
    "resource_not_free": _("%(name)s is not free: a VM has it, or it is not ready yet."),
    "resource_elsewhere": _("%(name)s is in another place than %(vm)s."),
    "not_in_this_place": _("%(name)s is in another place than the VM would be."),
    "resource_not_attached_now": _("%(name)s belongs to no VM that the panel knows."),
    "boot_disk_to_deploy": _("%(name)s is a boot disk: deploy a VM with it."),
    "boot_disk_stays": _("%(name)s is a boot disk: it stays with its VM until that ends."),
    "disk_shrinks": _("%(name)s has %(size)s GB: a disk can grow, and never shrink."),
    "vm_has_address": _("%(name)s has a public IP already: detach that first."),
    "vm_has_not_ended": _("Its VM was not terminated, so that it was kept."),
    "goes_with_vm": _("It is deleted as soon as its VM has ended."),
    "kept_by": _("Kept by %(name)s: it is not deleted with its VM."),
    "resource_settled": _("%(name)s: there is nothing to settle any more."),
    "several_like_it": _(
        "Fluence has %(count)s named %(name)s that may be this one. They are listed here; keep "
        "one, and delete those that you do not need."
    ),
    "resource_not_changed": _("Not changed. %(why)s"),
    "resource_not_grown": _("Not grown. %(why)s"),
    "resource_not_attached": _("Not attached. %(why)s"),
    "resource_not_detached": _("Not detached. %(why)s"),
    "resource_not_deleted": _("Not deleted. %(why)s"),
}

SSH_KEY: dict[str, Sentence] = {
    "key_known": _("The account has this key already, as %(name)s."),
    "key_not_there": _("The key was registered, but Fluence does not show it yet. Try again."),
    "key_going": _("%(name)s is being deleted already."),
    "change_settled": _("%(name)s: there is nothing to settle any more."),
    "top_up_waits": _(
        "A top-up of %(amount)s waits for its payment already: pay or cancel that one first."
    ),
    "top_up_under_way": _("A top-up is being made already: how it stands is shown above."),
    "top_up_is_over": _("%(name)s: this top-up does not wait for a payment any more."),
    "top_up_going": _("%(name)s is being canceled already."),
    "payment_elsewhere": _(
        "Fluence does not say where this is paid. It can be paid in Fluence's own console."
    ),
}


def _with_status(params: Mapping[str, Any]) -> dict[str, Any]:
    """Name the status as it reads within a sentence."""
    return {**params, "status": statuses.label(params["status"]).lower()}


def register() -> None:
    for sentences in (FLUENCE, OPERATIONS, ACCOUNT, VM, RESOURCE, SSH_KEY):
        sentences_register(sentences)
