"""Neither the API key nor user data shows anywhere."""

import logging
import traceback
from typing import Any

import pytest
from pydantic import ValidationError

from controlpanel.fluence import Changes, FluenceClient, FluenceError, VMCreate
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import CREATE, vm_request

USER_DATA = "#cloud-config\npassword: hunter2\n"


def everything_said(error: BaseException | None) -> str:
    said = ""
    while error is not None:
        said += (
            repr(error)
            + str(error)
            + repr(vars(error))
            + "".join(traceback.format_exception(error))
        )
        error = error.__cause__ or error.__context__
    return said


def test_the_clients_repr_masks_the_key() -> None:
    client = FluenceClient(FULL_KEY)
    assert FULL_KEY not in repr(client)
    assert repr(client) == "FluenceClient(api_key='***', base_url='https://api.fluence.dev')"


def test_a_requests_repr_hides_the_user_data(client: FluenceClient[Changes]) -> None:
    request = vm_request(client, user_data=USER_DATA)
    assert "hunter2" not in repr(request) + str(request)
    assert request.to_wire()["cloudInit"] == {"userData": USER_DATA}


def test_a_request_that_is_wrong_does_not_quote_the_user_data() -> None:
    with pytest.raises(ValidationError) as caught:
        VMCreate(name="web-1", user_data=USER_DATA)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "fault", [None, {"kind": "timeout_after"}, {"kind": "status", "status": 500}]
)
def test_nothing_secret_is_logged_or_raised(
    sim: RunningSimulator,
    client: FluenceClient[Changes],
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any] | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    request = vm_request(client, "secret-name", user_data=USER_DATA)
    if fault:
        sim.faults.add(operation=CREATE, **fault)
    said = ""
    try:
        client.vms.create(request)
    except FluenceError as error:
        said = everything_said(error)
    said += "".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert FULL_KEY not in said
    assert "hunter2" not in said


def test_a_call_is_one_log_line_without_the_query(
    client: FluenceClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.vms.list(name="secret-name")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "controlpanel.fluence.transport"]
    assert line.startswith("GET /v2/vms: 200 in ")
    assert "request " in line
    assert "secret-name" not in line


def test_the_user_data_is_kept_nowhere_in_the_simulator(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = client.vms.create(vm_request(client, user_data=USER_DATA))
    assert vm.has_cloud_init
    assert "hunter2" not in sim.world.state.model_dump_json() + repr(sim.requests())
