"""The panel's own settings, with the simulator of `tests.contract.watched` instead of its own."""

from controlpanel.settings import *  # noqa: F403
from controlpanel.settings import INSTALLED_APPS as OWN_APPS

INSTALLED_APPS = ["tests.contract.watched", *OWN_APPS]
