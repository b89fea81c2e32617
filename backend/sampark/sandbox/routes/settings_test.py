import json

import httpx
import pytest
from googleapiclient.errors import HttpError


def test_the_primary_address_and_no_vacation(ours):
    (primary,) = ours.settings().sendAs().list(userId="me").execute()["sendAs"]
    assert primary["sendAsEmail"] == "sampark@example.com"
    assert primary["isPrimary"] is True
    assert ours.settings().getVacation(userId="me").execute() == {"enableAutoReply": False}


def test_the_settings_are_those_of_a_new_account(ours):
    settings = ours.settings()
    assert settings.getLanguage(userId="me").execute() == {"displayLanguage": "en"}
    assert settings.getAutoForwarding(userId="me").execute() == {"enabled": False}
    assert settings.getImap(userId="me").execute()["enabled"] is True
    assert settings.getPop(userId="me").execute()["accessWindow"] == "disabled"
    assert settings.filters().list(userId="me").execute() == {}
    assert settings.forwardingAddresses().list(userId="me").execute() == {}
    with pytest.raises(HttpError) as refused:
        settings.filters().get(userId="me", id="x").execute()
    assert refused.value.status_code == 404


@pytest.mark.parametrize(
    ("call", "status", "reason"),
    [
        (lambda settings: settings.updateVacation(userId="me", body={}), 501, "notImplemented"),
        (lambda settings: settings.cse().identities().list(userId="me"), 501, "notImplemented"),
        (lambda settings: settings.delegates().list(userId="me"), 403, "forbidden"),
        (lambda settings: settings.sendAs().create(userId="me", body={}), 403, "forbidden"),
    ],
)
def test_what_the_sandbox_lacks_is_refused_in_googles_shape(ours, call, status, reason):
    with pytest.raises(HttpError) as refused:
        call(ours.settings()).execute()
    assert refused.value.status_code == status
    assert json.loads(refused.value.content)["error"]["errors"][0]["reason"] == reason


def test_what_the_sandbox_lacks_still_wants_a_token(sandbox):
    url = f"{sandbox.endpoint}/gmail/v1/users/me/settings/cse/identities"
    assert httpx.get(url, trust_env=False).status_code == 401
