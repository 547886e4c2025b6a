from django.apps import AppConfig


class VMsConfig(AppConfig):
    name = "vms"
    verbose_name = "Virtual machines"

    def ready(self) -> None:
        """Tell the packages below what they know by name alone."""
        # Tasks are sent by the panel's own Celery app, whichever process sends them.
        import controlpanel.celery  # noqa: F401
        from controlpanel.audit.targets import target_pages_register
        from controlpanel.teams.selectors import LOADED_WITH_TEAM
        from controlpanel.ui.looks import looks_register

        from . import pages
        from .account.looks import HEALTH
        from .core import resource_statuses, sentences, statuses
        from .kinds import KINDS
        from .mirror import resources
        from .mirror.strangers import CLAIMS
        from .operations.looks import STATES
        from .operations.registry import kinds_register
        from .resource.joining import resources_join
        from .top_up import looks as top_ups
        from .vm.joining import creates_join

        sentences.register()
        kinds_register(*KINDS)
        looks_register("vm", statuses.STATUSES)
        looks_register("resource", resource_statuses.STATUSES)
        looks_register("operation", STATES)
        looks_register("account", HEALTH)
        looks_register("top_up", top_ups.STATUSES)
        target_pages_register(vm=pages.vm_pages, batch=pages.batch_pages)
        CLAIMS.append(creates_join)
        resources.CLAIMS.append(resources_join)
        LOADED_WITH_TEAM.append("account")
