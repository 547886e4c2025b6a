"""What beat sends to the workers, and how often, in seconds."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    # `expires`: after an outage one run is wanted, not one for every tick that was missed.
    "heartbeat": {
        "task": "controlpanel.maintenance.tasks.heartbeat",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "poll": {"task": "vms.tasks.poll_due", "schedule": 1.0, "options": {"expires": 3}},
    "resume": {"task": "vms.tasks.operations_resume", "schedule": 2.0, "options": {"expires": 6}},
    "reconcile": {"task": "vms.tasks.reconcile_due", "schedule": 15.0, "options": {"expires": 30}},
    "newest": {"task": "vms.tasks.newest_due", "schedule": 5.0, "options": {"expires": 10}},
    "catalogue": {"task": "vms.tasks.catalogue_due", "schedule": 30.0, "options": {"expires": 60}},
    "drafts": {"task": "vms.tasks.drafts_expire", "schedule": 600.0, "options": {"expires": 600}},
}
