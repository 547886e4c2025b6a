from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "controlpanel.live"
