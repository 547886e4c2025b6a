"""What the contract tests share."""

import pytest

from tests.contract.document import MISSING, Document, document
from tests.fluence.fixtures import client, fresh_valkey, no_form_remembered, sim

__all__ = ["client", "fresh_valkey", "no_form_remembered", "sim"]


@pytest.fixture(scope="session")
def openapi() -> Document:
    found = document()
    if found is None:
        pytest.skip(MISSING)
    return found
