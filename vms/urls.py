from django.urls import path

from vms.vm.views import (
    bulk,
    changes,
    deploy,
    deploy_parts,
    deploy_typed,
    detail,
    restart,
    settle,
    terminate,
)
from vms.vm.views import list as vm_list

from .account import views as account
from .batch import views as batch
from .catalogue import views as places
from .left_over import views as left_over
from .ssh_key import views as ssh_keys

app_name = "vms"
urlpatterns = [
    path("vms/", vm_list.vm_list, name="list"),
    path("vms/changes/", changes.vm_changes, name="changes"),
    path("vms/new/", deploy.vm_deploy, name="create"),
    path("vms/new/draft/", deploy_typed.vm_deploy_draft, name="create-draft"),
    path("vms/new/configurations/", deploy_parts.configurations, name="create-configurations"),
    path("vms/new/cost/", deploy_parts.cost, name="create-cost"),
    path("vms/terminate/", bulk.terminate_many, name="terminate-many"),
    path("vms/restart/", bulk.restart_many, name="restart-many"),
    path("vms/rename/", bulk.rename_many, name="rename-many"),
    path("vms/<uuid:pk>/", detail.vm_detail, name="detail"),
    path("vms/<uuid:pk>/rename/", detail.vm_rename, name="rename"),
    path("vms/<uuid:pk>/restart/", restart.vm_restart, name="restart"),
    path("vms/<uuid:pk>/terminate/", terminate.vm_terminate, name="terminate"),
    path("vms/<uuid:pk>/settle/", settle.vm_settle, name="settle"),
    path("vms/<uuid:pk>/dismiss/", detail.vm_dismiss, name="dismiss"),
    path("batches/", batch.batches, name="batches"),
    path("batches/<uuid:pk>/", batch.batch_detail, name="batch"),
    path("batches/<uuid:pk>/stop/", batch.batch_stop, name="batch-stop"),
    path("batches/<uuid:pk>/resume/", batch.batch_resume, name="batch-resume"),
    path("batches/<uuid:pk>/retry/", batch.batch_retry, name="batch-retry"),
    path("left-over/", left_over.left_over, name="left-over"),
    path("places/", places.places, name="places"),
    path("ssh-keys/", ssh_keys.ssh_keys, name="ssh-keys"),
    path("ssh-keys/<int:pk>/delete/", ssh_keys.ssh_key_delete, name="ssh-key-delete"),
    path(
        "ssh-keys/changes/<uuid:pk>/dismiss/",
        ssh_keys.ssh_key_change_dismiss,
        name="ssh-key-change-dismiss",
    ),
    path("account/", account.account, name="account"),
    path("account/disconnect/", account.account_disconnect, name="account-disconnect"),
]
