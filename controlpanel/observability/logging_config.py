"""What is logged, and how: Django's LOGGING."""

from typing import Any

_OBSERVED = "controlpanel.observability"
# What the settings may be; the first is the default.
LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("plain", "json")


def logging_config(*, level: str, log_format: str) -> dict[str, Any]:
    """Return the settings of Python's logging; `log_format` is "plain" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"},
            "json": {"()": f"{_OBSERVED}.logs.PanelJsonFormatter"},
        },
        "filters": {
            "context": {"()": f"{_OBSERVED}.logs.ContextFilter"},
            "refusals": {"()": f"{_OBSERVED}.logs.RefusalFilter"},
            "secret_paths": {"()": f"{_OBSERVED}.logs.SecretPathFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if log_format == "json" else "plain",
                "filters": ["context", "secret_paths", "refusals"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would say it a second time with DEBUG on.
            "django": {"handlers": [], "level": level},
            "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
            "uvicorn.access": {"handlers": [], "propagate": False},
            "urllib3": {"level": "ERROR"},
            # Each lost connection and each try; whoever needed one says that the database failed.
            "psycopg.pool": {"level": "ERROR"},
            # A line for each request is for collectors; people would not see anything else.
            f"{_OBSERVED}.middleware": {"level": "INFO" if log_format == "json" else "WARNING"},
            # Celery would note the sending, the arrival and the end of every tick, each second.
            **{
                name: {"level": "WARNING"}
                for name in ("celery.app.trace", "celery.beat", "celery.worker.strategy")
            },
        },
    }
