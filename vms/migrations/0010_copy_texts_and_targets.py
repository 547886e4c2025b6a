"""Keep old sentences readable, and name the targets of old operations.

In batches, each of which may be repeated: a row that was copied is left alone.
"""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CharField, F, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, JSONObject, Replace

BATCH = 2000


def copy(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    texts = {"Operation": ("said", "message"), "VM": ("said", "problem")}
    texts["FluenceAccount"] = ("health_said", "health_message")
    for model, (code, text) in texts.items():
        rows = apps.get_model("vms", model).objects.exclude(**{text: ""})
        kept = JSONObject(code=Value("text"), text=F(text))
        _in_batches(rows.filter(**{f"{code}__isnull": True}), **{code: kept})
    operations: Any = apps.get_model("vms", "Operation").objects.filter(target_type="")
    of_vms = operations.filter(vm__isnull=False)
    vm_id = Replace(Cast(F("vm_id"), CharField()), Value("-"), Value(""))
    _in_batches(of_vms, target_type="vm", target_id=vm_id)
    remote_id = Coalesce(KeyTextTransform("remote_id", "request"), Value(""))
    of_keys = operations.filter(kind__startswith="ssh_key.")
    _in_batches(of_keys, target_type="ssh_key", target_id=remote_id)


def _in_batches(rows: Any, **values: Any) -> None:  # noqa: ANN401
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=pks).update(**values)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vms", "0009_codes_and_targets")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop, elidable=True)]
