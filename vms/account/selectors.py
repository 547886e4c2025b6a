"""What the pages read of a team's account beside its row."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext_lazy

from controlpanel import fluence
from vms.models import CatalogueState, FluenceAccount

SENTENCES = {
    fluence.VM.__name__: ngettext_lazy(
        "%(count)s VM could not be read.", "%(count)s VMs could not be read.", "count"
    ),
    fluence.Storage.__name__: ngettext_lazy(
        "%(count)s disk could not be read.", "%(count)s disks could not be read.", "count"
    ),
    fluence.PublicIp.__name__: ngettext_lazy(
        "%(count)s public IP could not be read.", "%(count)s public IPs could not be read.", "count"
    ),
    fluence.SSHKey.__name__: ngettext_lazy(
        "%(count)s SSH key could not be read.", "%(count)s SSH keys could not be read.", "count"
    ),
    fluence.VPC.__name__: ngettext_lazy(
        "%(count)s VPC could not be read.", "%(count)s VPCs could not be read.", "count"
    ),
    fluence.Subnet.__name__: ngettext_lazy(
        "%(count)s subnet could not be read.", "%(count)s subnets could not be read.", "count"
    ),
    fluence.SecurityGroup.__name__: ngettext_lazy(
        "%(count)s security group could not be read.",
        "%(count)s security groups could not be read.",
        "count",
    ),
    fluence.Charge.__name__: ngettext_lazy(
        "%(count)s charge could not be read.", "%(count)s charges could not be read.", "count"
    ),
    fluence.TopUp.__name__: ngettext_lazy(
        "%(count)s top-up could not be read.", "%(count)s top-ups could not be read.", "count"
    ),
    fluence.Entitlement.__name__: ngettext_lazy(
        "%(count)s balance could not be read.", "%(count)s balances could not be read.", "count"
    ),
}
OF_CATALOGUE = ngettext_lazy(
    "%(count)s entry of the catalogue could not be read.",
    "%(count)s entries of the catalogue could not be read.",
    "count",
)


@dataclass(frozen=True, slots=True)
class UnreadableKind:
    """What of a kind could not be read: a sentence, and the first of them as far as known."""

    sentence: str
    examples: list[str]


def unreadable_of(account: FluenceAccount | None) -> list[UnreadableKind]:
    """Return what was left out when the account and the catalogue were last read, by kind."""
    if account is None:
        return []
    state = CatalogueState.objects.filter(pk=1).first()
    kinds = {**(state.unreadable if state else {}), **account.unreadable}
    return [
        UnreadableKind(
            str(SENTENCES.get(kind, OF_CATALOGUE) % {"count": of_kind["count"]}),
            [_example(*record) for record in of_kind["first"]],
        )
        for kind, of_kind in sorted(kinds.items())
    ]


def _example(id_: str, name: str, problem: str) -> str:
    called = " ".join(filter(None, [name, id_])) or gettext("without an id")
    return f"{called}: {problem}"
