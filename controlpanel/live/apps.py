from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "controlpanel.live"

    def ready(self) -> None:
        from . import leaving

        leaving.watch()
