from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "controlpanel.teams"

    def ready(self) -> None:
        """Have a say in what people are called."""
        from controlpanel.accounts.renaming import NEW_NAMES, WITNESSES

        from .services.person import name_of_invited, person_renamed

        WITNESSES.append(person_renamed)
        NEW_NAMES.append(name_of_invited)
