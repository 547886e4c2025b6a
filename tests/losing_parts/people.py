"""People at a running panel: they log in, load pages and send forms, whatever happens to it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import requests

from tests.stack import Stack

PAGES = ("vms/", "vms/changes/?since=0", "audit/", "places/", "ssh-keys/", "account/")
FORM = """
import json
from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.fluence.renting import ED25519
from vms.models import Cluster, Configuration, Image, SSHKey
from vms.ssh_key.services import ssh_key_create
owner = User.objects.get(email="owner@demo.example")
team = Team.objects.get(slug="acme-robotics")
ssh_key_create(team=team, actor=actor_of(owner, team), name="laptop", public_key=ED25519)
print(json.dumps({
    "cluster": Cluster.objects.get(name="Vistula").pk,
    "configuration": Configuration.objects.get(slug="cpu-regular-2vcpu-4gb").pk,
    "image": Image.objects.get(slug="debian-12-x64").pk,
    "boot_disk_gb": 25,
    "public_ip": "on",
    "ssh_keys": [SSHKey.objects.get(account=team.account).pk],
}))
"""


class Person:
    """Somebody who is logged in; `answers` holds what each request of theirs got."""

    def __init__(self, stack: Stack, name: str) -> None:
        self._url = stack.url
        self._session = requests.Session()
        self.answers: list[requests.Response] = []
        self._send("account/login/", login=f"{name}@demo.example", password=stack.password)

    def get(self, page: str) -> requests.Response:
        """Load a page of the team."""
        return self._note(self._session.get(self._of_team(page), timeout=30))

    def post(self, page: str, **fields: Any) -> requests.Response:
        """Send a form of the team's, and say yes to the price that it may ask about."""
        answer = self._send(f"t/acme-robotics/{page}", **fields)
        asked = re.search(r'name="confirmed" value="([^"]+)"', answer.text)
        if not asked:
            return answer
        return self._send(f"t/acme-robotics/{page}", **fields, confirmed=asked[1])

    def until_answered(self, page: str, **fields: Any) -> requests.Response:
        """Send the same form again and again, until the panel takes it."""
        for _ in range(60):
            answer = self.post(page, **fields)
            if answer.status_code != 503:
                return answer
            threading.Event().wait(0.5)
        raise AssertionError(f"never answered but with 503: {page}")

    def _send(self, path: str, **fields: Any) -> requests.Response:
        if "fluence_csrf" not in self._session.cookies:
            self._session.get(f"{self._url}/account/login/", timeout=30)
        token = self._session.cookies["fluence_csrf"]
        answer = self._session.post(
            f"{self._url}/{path}",
            data={**fields, "csrfmiddlewaretoken": token},
            headers={"Referer": self._url},
            timeout=30,
        )
        return self._note(answer)

    def _of_team(self, page: str) -> str:
        return f"{self._url}/t/acme-robotics/{page}"

    def _note(self, answer: requests.Response) -> requests.Response:
        self.answers.append(answer)
        return answer


def deploy_form(stack: Stack) -> dict[str, Any]:
    """Register a key at Fluence; return the deploy form filled in, but for name and count."""
    form: dict[str, Any] = json.loads(stack.shell(FORM))
    return form


def deploy_fields(form: dict[str, Any], name: str, count: int = 1) -> dict[str, Any]:
    return {**form, "name": name, "count": count, "form_key": str(uuid4())}


@contextmanager
def loading_pages(*people: Person) -> Iterator[None]:
    """Let each person load one page after the other meanwhile."""
    stopping = threading.Event()

    def load(person: Person) -> None:
        while not stopping.wait(0.05):
            for page in PAGES:
                person.get(page)

    threads = [threading.Thread(target=load, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(60)


def heading_of(answer: requests.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return found[1].strip() if found else ""
