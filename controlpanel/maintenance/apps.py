from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from controlpanel.lib.database_use import database_require
from controlpanel.ui.messages import sentences_register

from .sentences import SENTENCES


class MaintenanceConfig(AppConfig):
    name = "controlpanel.maintenance"

    def ready(self) -> None:
        from .database_role import after_migrate
        from .file_modes import after_connect

        sentences_register(SENTENCES)
        pre_migrate.connect(_before_migrate, sender=self)
        connection_created.connect(after_connect)
        post_migrate.connect(after_migrate, sender=self)


def _before_migrate(**_: object) -> None:
    """Refuse a database that would not hold what people write, before it has a table."""
    database_require()
