from django.apps import AppConfig

from controlpanel.ui.messages import sentences_register

from .sentences import SENTENCES


class MaintenanceConfig(AppConfig):
    name = "controlpanel.maintenance"

    def ready(self) -> None:
        sentences_register(SENTENCES)
