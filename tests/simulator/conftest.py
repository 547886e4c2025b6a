"""What the tests of the simulator share."""

from tests.fluence.fixtures import client, fresh_valkey, no_form_remembered, sim

__all__ = ["client", "fresh_valkey", "no_form_remembered", "sim"]
