"""What happened, kept as a code with its parameters; the sentence is made when it is read.

So an old row speaks the reader's language, and a better wording reaches what was said before.
Each package registers the sentences of its codes when the app starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import JSONField
from django.utils.functional import Promise
from django.utils.translation import override

# Of each code: a text with %(named)s places, or a function of the parameters.
Sentence = str | Promise | Callable[[Mapping[str, Any]], str]
_sentences: dict[str, Sentence] = {}


@dataclass(frozen=True, slots=True)
class Message:
    """A code and its parameters: text, whole numbers, other messages, and lists of them."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in the language that is active now."""
        sentence = _sentences.get(self.code)
        if sentence is None:
            return self.code  # of another release
        return sentence(self.params) if callable(sentence) else str(sentence) % self.params

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **_encoded(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Message":
        return cls(data["code"], {k: _decoded(v) for k, v in data.items() if k != "code"})


def say(code: str, /, **params: object) -> Message:
    """Return the message of a code."""
    return Message(code, params)


def say_all(*messages: Message) -> Message:
    """Return several sentences as one message."""
    return messages[0] if len(messages) == 1 else say("all", parts=list(messages))


def said(message: Message | None) -> str:
    """Return the sentence, or nothing where nothing is to be said."""
    return str(message) if message else ""


def in_source_language(text: str | Promise) -> str:
    """Return words as they are kept where they name something, whoever reads them later."""
    with override(None):
        return str(text)


def sentences_register(sentences: Mapping[str, Sentence]) -> None:
    """Give codes their sentences."""
    _sentences.update(sentences)


class MessageField(JSONField):
    """A column for a `Message`; null where nothing is to be said."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"null": True, **options})

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401
        plain = value.as_json() if isinstance(value, Message) else value
        return super().get_db_prep_value(plain, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Message | None:  # noqa: ANN401
        data = super().from_db_value(value, expression, connection)
        return Message.from_json(data) if isinstance(data, dict) and "code" in data else None


def _encoded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, Mapping):
        return {name: _encoded(item) for name, item in value.items()}
    return [_encoded(item) for item in value] if isinstance(value, list) else value


def _decoded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping) and "code" in value:
        return Message.from_json(value)
    return [_decoded(item) for item in value] if isinstance(value, list) else value


sentences_register(
    {
        # Kept as a sentence by a release that had no codes.
        "text": lambda params: str(params["text"]),
        "all": lambda params: " ".join(str(part) for part in params["parts"]),
    }
)
