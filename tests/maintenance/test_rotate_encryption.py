"""`manage.py rotate_encryption`: everything is readable with the new key alone, nothing is lost."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from controlpanel.accounts.models import User
from controlpanel.lib import encryption
from controlpanel.maintenance import rotation
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.teams.models import Team
from tests.stack import BASE_DIR
from vms.models import FluenceAccount, Operation

pytestmark = pytest.mark.django_db
OLD = settings.ENCRYPTION_KEYS
NEW = [Fernet.generate_key().decode()]
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
USER_DATA = "#cloud-config\npassword: swordfish"


@pytest.fixture(autouse=True)
def _secrets(account: FluenceAccount, team: Team, owner: User) -> None:
    """One of each kind, made with the old key."""
    operation = Operation(team=team, account=account, kind="vm.create", actor_data={})
    operation.keep_secret(USER_DATA)
    operation.save()
    TOTP.activate(owner, TOTP_SECRET)
    RecoveryCodes.activate(owner)


def rotate(**options: Any) -> str:
    out = StringIO()
    call_command("rotate_encryption", stdout=out, stderr=out, **options)
    return out.getvalue()


def secrets() -> dict[str, object]:
    codes = Authenticator.objects.get(type="recovery_codes").wrap()
    totp = Authenticator.objects.get(type="totp")
    return {
        "key": FluenceAccount.objects.get().api_key(),
        "user_data": Operation.objects.get(kind="vm.create").reveal_secret(),
        "totp": encryption.decrypt(totp.data["secret"]),
        "codes": codes.generate_codes(),
    }


def test_after_it_the_new_key_alone_reads_everything() -> None:
    before = secrets()
    with override_settings(ENCRYPTION_KEYS=NEW + OLD):
        said = rotate()
    with override_settings(ENCRYPTION_KEYS=NEW):
        assert secrets() == before
    assert (before["key"], before["user_data"], before["totp"]) == (
        FULL_KEY,
        USER_DATA,
        TOTP_SECRET,
    )
    with pytest.raises(InvalidToken):
        secrets()  # with the old key
    assert said.count("1 renewed, 1 with the first key") == 4
    assert "can be removed now" in said


def test_a_second_time_changes_nothing() -> None:
    with override_settings(ENCRYPTION_KEYS=NEW + OLD):
        rotate()
        before = FluenceAccount.objects.get().api_key_encrypted
        assert rotate().count("0 renewed, 1 with the first key") == 4
        assert FluenceAccount.objects.get().api_key_encrypted == before


def test_checking_changes_nothing() -> None:
    before = FluenceAccount.objects.get().api_key_encrypted
    with override_settings(ENCRYPTION_KEYS=NEW + OLD):
        assert rotate(check=True).count("1 with an older key, 0 with the first key") == 4
    assert FluenceAccount.objects.get().api_key_encrypted == before


def test_what_no_key_can_read_is_named_and_left_as_it_is(account: FluenceAccount) -> None:
    lost = Fernet(Fernet.generate_key()).encrypt(b"swordfish").decode()
    FluenceAccount.objects.update(api_key_encrypted=lost)
    with override_settings(ENCRYPTION_KEYS=NEW + OLD):
        with pytest.raises(CommandError, match="Do not remove any key yet"):
            rotate()
        assert rotation.look()[0].unreadable == [str(account.pk)]
        assert Operation.objects.get(kind="vm.create").reveal_secret() == USER_DATA
    assert FluenceAccount.objects.get().api_key_encrypted == lost


def test_no_place_that_encrypts_is_forgotten() -> None:
    """Whoever encrypts something new adds it to `rotation.PLACES`, then its file here."""
    calls = re.compile(r"(?<!def )\bencrypt\(")
    sources = [*(BASE_DIR / "controlpanel").rglob("*.py"), *(BASE_DIR / "vms").rglob("*.py")]
    found = {str(path.relative_to(BASE_DIR)) for path in sources if calls.search(path.read_text())}
    assert found == {
        "controlpanel/accounts/adapter.py",  # second factors and recovery codes
        "controlpanel/lib/encryption.py",
        "vms/models/account.py",  # API keys
        "vms/models/draft.py",  # what is typed into forms
        "vms/models/operation.py",  # cloud-init texts
    }
