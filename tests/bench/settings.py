"""The panel's own settings, with a bare view among its addresses."""

from controlpanel.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
