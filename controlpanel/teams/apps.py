from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "controlpanel.teams"
