"""The stream by itself: the process that tells open pages of changes, and nothing else.

It has neither Django nor a database: the pages say who may listen (`listening`). With them it would
hold 35 MB more. Settings, from the environment, as the other processes have them: REDIS_URL,
PAGES_UPSTREAM (where the pages listen, as the front has it), LOG_LEVEL, LOG_FORMAT.
"""

import logging.config

from controlpanel.lib.env import PanelEnv
from controlpanel.observability.logging_config import logging_config

from .hub import RevisionHub
from .listening import Pages
from .streams import Streams

_env = PanelEnv()
logging.config.dictConfig(
    logging_config(
        level=_env.str("LOG_LEVEL", default="INFO").upper(),
        log_format=_env.str("LOG_FORMAT", default="plain"),
    )
)
application = Streams(
    RevisionHub(_env.str("REDIS_URL", default="redis://127.0.0.1:6379")),
    Pages(_env.str("PAGES_UPSTREAM", default="127.0.0.1:8000")),
)
