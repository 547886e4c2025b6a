from django.urls import path

from vms.vm.views import (
    bulk,
    changes,
    console,
    deploy,
    deploy_parts,
    deploy_typed,
    detail,
    restart,
    set_group,
    settle,
    terminate,
)
from vms.vm.views import list as vm_list

from .account import views as account
from .batch import views as batch
from .billing import views as billing
from .catalogue import views as places
from .dashboard import views as dashboard
from .network.views import acts as network
from .network.views import list as networks
from .network.views import rules as network_rules
from .public_ip.views import acts as public_ip
from .public_ip.views import attach as public_ip_links
from .public_ip.views import list as public_ips
from .ssh_key import views as ssh_keys
from .storage.views import acts as storage
from .storage.views import attach as storage_links
from .storage.views import list as storages
from .top_up import views as top_ups

app_name = "vms"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
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
    path("vms/<uuid:pk>/console/", console.vm_console, name="console"),
    path("vms/<uuid:pk>/interfaces/<slug:interface>/", set_group.vm_group, name="group"),
    path("vms/<uuid:pk>/settle/", settle.vm_settle, name="settle"),
    path("vms/<uuid:pk>/dismiss/", detail.vm_dismiss, name="dismiss"),
    path("batches/", batch.batches, name="batches"),
    path("batches/<uuid:pk>/", batch.batch_detail, name="batch"),
    path("batches/<uuid:pk>/stop/", batch.batch_stop, name="batch-stop"),
    path("batches/<uuid:pk>/resume/", batch.batch_resume, name="batch-resume"),
    path("batches/<uuid:pk>/retry/", batch.batch_retry, name="batch-retry"),
    path("disks/", storages.storages, name="storages"),
    path("disks/new/", storages.storage_create, name="storage-create"),
    path("disks/delete/", storages.storages_delete, name="storages-delete"),
    path("disks/<uuid:pk>/", storages.storage, name="storage"),
    path("disks/<uuid:pk>/rename/", storage.storage_rename, name="storage-rename"),
    path("disks/<uuid:pk>/grow/", storage.storage_grow, name="storage-grow"),
    path("disks/<uuid:pk>/attach/", storage_links.storage_attach, name="storage-attach"),
    path("disks/<uuid:pk>/detach/", storage_links.storage_detach, name="storage-detach"),
    path("disks/<uuid:pk>/delete/", storage.storage_delete, name="storage-delete"),
    path("disks/<uuid:pk>/dismiss/", storages.storage_dismiss, name="storage-dismiss"),
    path("vms/<uuid:pk>/attach-disk/", storage_links.storage_attach_to, name="storage-attach-to"),
    path("disks/<uuid:pk>/keep/", storages.storage_keep, name="storage-keep"),
    path("public-ips/", public_ips.public_ips, name="public-ips"),
    path("public-ips/new/", public_ips.public_ip_reserve, name="public-ip-create"),
    path("public-ips/delete/", public_ips.public_ips_release, name="public-ips-delete"),
    path("public-ips/<uuid:pk>/", public_ips.public_ip, name="public-ip"),
    path("public-ips/<uuid:pk>/rename/", public_ip.public_ip_rename, name="public-ip-rename"),
    path("public-ips/<uuid:pk>/attach/", public_ip_links.public_ip_attach, name="public-ip-attach"),
    path("public-ips/<uuid:pk>/detach/", public_ip_links.public_ip_detach, name="public-ip-detach"),
    path("public-ips/<uuid:pk>/delete/", public_ip.public_ip_release, name="public-ip-delete"),
    path("public-ips/<uuid:pk>/dismiss/", public_ips.public_ip_dismiss, name="public-ip-dismiss"),
    path(
        "vms/<uuid:pk>/attach-ip/", public_ip_links.public_ip_attach_to, name="public-ip-attach-to"
    ),
    path("public-ips/<uuid:pk>/keep/", public_ips.public_ip_keep, name="public-ip-keep"),
    path("networks/", networks.networks, name="networks"),
    path("networks/vpcs/new/", networks.vpc_create, name="vpc-create"),
    path("networks/vpcs/<uuid:pk>/subnets/new/", networks.subnet_create, name="subnet-create"),
    path("networks/groups/new/", networks.group_create, name="group-create"),
    path("networks/groups/<uuid:pk>/rules/", network_rules.group_rules, name="group-rules"),
    path("networks/<str:kind>/<uuid:pk>/rename/", network.network_rename, name="network-rename"),
    path("networks/<str:kind>/<uuid:pk>/delete/", network.network_delete, name="network-delete"),
    path(
        "networks/<str:kind>/<uuid:pk>/dismiss/", networks.network_dismiss, name="network-dismiss"
    ),
    path("places/", places.places, name="places"),
    path("ssh-keys/", ssh_keys.ssh_keys, name="ssh-keys"),
    path("ssh-keys/<int:pk>/delete/", ssh_keys.ssh_key_delete, name="ssh-key-delete"),
    path(
        "ssh-keys/changes/<uuid:pk>/dismiss/",
        ssh_keys.ssh_key_change_dismiss,
        name="ssh-key-change-dismiss",
    ),
    path("spend/", billing.spend, name="spend"),
    path("top-ups/", top_ups.top_ups, name="top-ups"),
    path("top-ups/<int:pk>/pay/", top_ups.top_up_pay, name="top-up-pay"),
    path("top-ups/<int:pk>/cancel/", top_ups.top_up_cancel, name="top-up-cancel"),
    path(
        "top-ups/changes/<uuid:pk>/dismiss/",
        top_ups.top_up_change_dismiss,
        name="top-up-change-dismiss",
    ),
    path("account/", account.account, name="account"),
    path("account/low-balance/", account.account_low_balance, name="account-low-balance"),
    path("account/default/", account.account_default, name="account-default"),
    path("account/disconnect/", account.account_disconnect, name="account-disconnect"),
]
