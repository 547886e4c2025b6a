from django.apps import AppConfig

from controlpanel.ui.looks import looks_register

from .actions import LOOKS


class AuditConfig(AppConfig):
    name = "controlpanel.audit"

    def ready(self) -> None:
        looks_register("outcome", LOOKS)
