"""The console of a VM: a short-lived token for the gateway of its cluster."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta

from controlpanel.simulator.catalogue import clusters_by_id
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.vm_access import own_vm
from controlpanel.simulator.wire import Json, moment

TOKEN_LIFE = timedelta(minutes=5)
SIGNATURE_BYTES = 256


@route("POST", "/v2/vms/{vm_id}/vm-api-access-token", scope="vms:write")
def mint_access_token(call: Call) -> Json:
    vm = own_vm(call)
    if vm.status in ("failed", "terminated"):
        raise ApiError("not_found", f"VM {vm.name} is {vm.status}: it has no console.")
    cluster = clusters_by_id[vm.cluster_id]
    if not cluster.has_console:
        raise ApiError(
            "service_unavailable", f"Cluster {cluster.name} has no vm-api gateway configured."
        )
    now = call.world.clock.now()
    expires_at = now + TOKEN_LIFE
    claims = {
        "sub": call.account.id,
        "vm_id": vm.id,
        "workspace_id": call.account.id,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "aud": "lightmare-vm-api",
        "iss": "vodopad",
    }
    return {
        "token": _token(claims),
        "vmApiDomain": f"https://vm-api.{cluster.name.lower()}.simulator.example",
        "workspaceId": call.account.id,
        "expiresAt": moment(expires_at),
    }


def _token(claims: Json) -> str:
    """Write what looks like an RS256 JWT. Nothing accepts it: its signature is noise."""
    header = {"alg": "RS256", "typ": "JWT"}
    parts = [json.dumps(header).encode(), json.dumps(claims).encode()]
    parts.append(secrets.token_bytes(SIGNATURE_BYTES))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
