from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "controlpanel.accounts"

    def ready(self) -> None:
        from allauth.usersessions.models import UserSession
        from django.contrib.sessions.models import Session

        from .sessions import keys_hash

        keys_hash(Session, UserSession)
