"""What the services refuse by themselves, before Fluence is asked."""

from controlpanel.ui.messages import Message, say


class VMsError(Exception):
    """A refusal in a person's words; `field` names the form's field it belongs to, if any."""

    def __init__(self, message: Message, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NameTaken(VMsError):
    """The account has a VM of that name, or one is being made."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, field="name")


class NameChanged(VMsError):
    """It has been renamed since the page was read."""

    def __init__(self, name: str) -> None:
        super().__init__(say("name_changed", name=name), field="name")


class NoAccount(VMsError):
    """The team has no Fluence account, or its key may only read."""


class NotAllowedNow(VMsError):
    """The target's present status does not allow it."""


class BalanceTooLow(VMsError):
    """The account's balance does not cover the first hour of what was asked for."""


class KeyKnown(VMsError):
    """The account has this public key already."""

    def __init__(self, name: str) -> None:
        super().__init__(say("key_known", name=name), field="public_key")


class KeyRefused(VMsError):
    """Fluence did not register the new key of a deployment: the form may be sent again."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, field="new_key")


class KeyRejected(VMsError):
    """The API key cannot be connected; shown beside the key's field."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, field="api_key")
