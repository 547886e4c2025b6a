"""Codes are kept, and the sentence is made when it is read."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from controlpanel.ui import messages
from controlpanel.ui.messages import Message, say, say_all, sentences_register

# Whose sentences are made of the parameters by a function, or which others name.
COMPOSED = {"all", "text"}


def test_a_message_survives_the_database_with_all_that_it_holds() -> None:
    message = say_all(say("unchanged"), say("of_one", name="web-1", why=say("vm_busy", name="x")))
    assert Message.from_json(message.as_json()) == message
    assert (
        str(message)
        == "Nothing was changed. web-1: x: the same was asked a moment ago and is under way."
    )


def test_the_sentence_is_made_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_sentences", dict(messages._sentences))
    message = say("greeting", name="Petra")
    assert str(message) == "greeting", "a code of another release is shown as it is"
    sentences_register({"greeting": gettext_lazy("Hello %(name)s")})
    assert str(message) == "Hello Petra"


def test_plural_forms_follow_the_number() -> None:
    assert str(say("try_again_in", seconds=1)) == "Try again in 1 second."
    assert str(say("try_again_in", seconds=20)) == "Try again in 20 seconds."


def said_in_code() -> Iterator[tuple[str, set[str], str]]:
    """Yield each code that the product says, with its parameters and where."""
    for folder in ("controlpanel", "vms"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            source = path.read_text()
            if "controlpanel.ui.messages" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                    code = node.args[0]
                    if isinstance(code, ast.Constant):
                        names = {keyword.arg or "" for keyword in node.keywords}
                        yield str(code.value), names, f"{path.name}:{node.lineno}"


def places(sentence: str | Promise) -> set[str]:
    """Return the names of the places in a text: `%(name)s`."""
    text = str(sentence).replace("%(", "{").replace(")s", "}")
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_code_that_is_said_has_a_sentence_and_all_that_it_needs() -> None:
    import_module(settings.ROOT_URLCONF)  # services register theirs when pages are loaded
    known: Mapping[str, messages.Sentence] = messages._sentences
    found = list(said_in_code())
    assert len(found) > 40
    for code, names, where in found:
        assert code in known, where
        sentence = known[code]
        if code not in COMPOSED and not callable(sentence):
            assert places(sentence) == names, where


def test_no_sentence_is_kept_that_nobody_says() -> None:
    sources = "".join(
        path.read_text()
        for folder in ("controlpanel", "vms")
        for path in Path(settings.BASE_DIR / folder).rglob("*.py")
        if path.name != "sentences.py"
    )
    unsaid = {code for code in messages._sentences if f'"{code}"' not in sources}
    assert unsaid == set()
