import socket
from urllib.parse import urlsplit

import httplib2
import httpx
import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from sampark.sandbox.control import Control, Fault

SEND = r"^POST /gmail/v1/users/me/messages/send$"


@pytest.fixture
def asked(sandbox, encoded, written):
    """A request to send a mail, spoken by hand, and a function that reads the raw answer to it."""
    body = f'{{"raw": "{encoded(written())}"}}'.encode()
    head = (
        "POST /gmail/v1/users/me/messages/send HTTP/1.1\r\nHost: sandbox\r\n"
        f"Authorization: Bearer {sandbox.token('you@example.com')}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    def ask():
        address = urlsplit(sandbox.endpoint)
        with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
            connection.sendall(head.encode() + body)
            return connection.recv(65_536)

    return ask


def sent(users):
    return users.messages().list(userId="me", labelIds=["SENT"]).execute().get("messages", [])


def arrived(users):
    return users.messages().list(userId="me", labelIds=["INBOX"]).execute().get("messages", [])


def sends_seen(sandbox):
    return [seen.status for seen in sandbox.control.requests() if seen.path.endswith("/send")]


def test_a_connection_dropped_before_did_nothing(sandbox, ours, yours, asked):
    sandbox.control.fault(Fault(kind="drop_before", match=SEND))
    assert asked() == b""
    assert sent(yours) == arrived(ours) == []
    assert asked().startswith(b"HTTP/1.1 200 ")
    assert sends_seen(sandbox) == [0, 200]


def test_a_connection_dropped_midway_did_nothing(sandbox, ours, yours, asked):
    sandbox.control.fault(Fault(kind="drop_midway", match=SEND))
    assert asked() == b""
    assert sent(yours) == arrived(ours) == []
    assert asked().startswith(b"HTTP/1.1 200 ")
    assert sends_seen(sandbox) == [0, 200]


def test_a_connection_dropped_after_did_it_all(sandbox, ours, yours, asked):
    sandbox.control.fault(Fault(kind="drop_after", match=SEND))
    assert asked() == b""
    assert len(sent(yours)) == len(arrived(ours)) == 1
    assert sends_seen(sandbox) == [0]


def test_an_error_after_did_it_all(sandbox, ours, yours, asked):
    sandbox.control.fault(Fault(kind="error_after", match=SEND, status=500))
    assert asked().startswith(b"HTTP/1.1 500 ")
    assert len(sent(yours)) == len(arrived(ours)) == 1


def test_googles_own_transport_sends_again_after_a_drop(sandbox, ours, encoded, written):
    sandbox.control.fault(Fault(kind="drop_after", match=SEND))
    http = httplib2.Http()
    headers = {
        "Authorization": f"Bearer {sandbox.token('you@example.com')}",
        "Content-Type": "application/json",
    }
    url = f"{sandbox.endpoint}/gmail/v1/users/me/messages/send"
    response, _ = http.request(url, "POST", f'{{"raw": "{encoded(written())}"}}', headers)
    http.close()
    assert response.status == 200
    assert len(arrived(ours)) == 2
    assert sends_seen(sandbox) == [0, 200]


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (Fault(kind="quota"), 403, "rateLimitExceeded"),
        (Fault(kind="rate_limit", retry_after=7), 429, "rateLimitExceeded"),
        (Fault(kind="not_found"), 404, "notFound"),
        (Fault(kind="server_error"), 503, "backendError"),
        (Fault(kind="server_error", status=500), 500, "backendError"),
        (Fault(kind="error_after", status=502), 502, "backendError"),
    ],
)
def test_errors_have_googles_shape(sandbox, ours, fault, status, reason):
    sandbox.control.fault(fault)
    with pytest.raises(HttpError) as refused:
        ours.getProfile(userId="me").execute()
    assert refused.value.status_code == status
    assert refused.value.error_details[0]["reason"] == reason
    assert refused.value.resp.get("retry-after") == ("7" if status == 429 else None)
    assert ours.getProfile(userId="me").execute()["emailAddress"] == "sampark@example.com"


def test_a_401_makes_googles_client_ask_for_a_new_token(sandbox, ours):
    sandbox.control.fault(Fault(kind="unauthorized"))
    with pytest.raises(RefreshError):
        ours.getProfile(userId="me").execute()


@pytest.mark.parametrize(
    ("header", "reason", "told"),
    [
        (None, "required", "Login Required."),
        ("", "required", "Login Required."),
        ("Bearer", "required", "Login Required."),
        ("Bearer wrong", "authError", "Invalid Credentials"),
        ("Basic abc", "authError", "Invalid Credentials"),
    ],
)
def test_a_bad_token_is_refused_as_google_does(sandbox, header, reason, told):
    headers = {} if header is None else {"Authorization": header}
    url = f"{sandbox.endpoint}/gmail/v1/users/me/profile"
    answer = httpx.get(url, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer realm=")
    error = answer.json()["error"]
    assert error["status"] == "UNAUTHENTICATED"
    assert error["errors"][0]["reason"] == reason
    assert error["errors"][0]["message"] == told


def test_a_fault_strikes_as_often_as_it_says(sandbox, ours):
    sandbox.control.fault(Fault(kind="server_error", times=2))
    for _ in range(2):
        with pytest.raises(HttpError):
            ours.getProfile(userId="me").execute()
    ours.getProfile(userId="me").execute()
    sandbox.control.fault(Fault(kind="quota", times=0))
    for _ in range(3):
        with pytest.raises(HttpError):
            ours.getProfile(userId="me").execute()
    sandbox.control.clear_faults()
    ours.getProfile(userId="me").execute()
    statuses = [seen.status for seen in sandbox.control.requests()]
    assert statuses == [503, 503, 200, 403, 403, 403, 200]


def test_a_fault_lets_pass_as_many_as_it_says(sandbox, ours):
    sandbox.control.fault(Fault(kind="server_error", skip=2, match="profile$"))
    for status in (200, 200, 503, 200):
        ours.labels().list(userId="me").execute()
        if status == 503:
            with pytest.raises(HttpError):
                ours.getProfile(userId="me").execute()
        else:
            ours.getProfile(userId="me").execute()


def test_a_fault_meets_only_what_it_matches(sandbox, ours):
    sandbox.control.fault(Fault(kind="server_error", match="^GET .*/labels$"))
    ours.getProfile(userId="me").execute()
    with pytest.raises(HttpError):
        ours.labels().list(userId="me").execute()


def test_a_delay_goes_on_after_its_time_and_joins_other_faults(sandbox, ours):
    sandbox.control.fault(Fault(kind="delay", seconds=0.05, times=2))
    sandbox.control.fault(Fault(kind="quota"))
    with pytest.raises(HttpError):
        ours.getProfile(userId="me").execute()
    ours.getProfile(userId="me").execute()
    before, after = [seen.at for seen in sandbox.control.requests()]
    assert (after - before).total_seconds() >= 0.05


def test_a_client_that_gives_up_waiting_leaves_the_server_working(sandbox, ours, yours, written):
    sandbox.control.fault(Fault(kind="delay", seconds=0.2))
    headers = {"Authorization": f"Bearer {sandbox.token('you@example.com')}"}
    url = f"{sandbox.endpoint}/gmail/v1/users/me/profile"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, headers=headers, timeout=0.05, trust_env=False)
    assert ours.getProfile(userId="me").execute()["messagesTotal"] == 0


@pytest.mark.parametrize("fields", [{"match": "("}, {"kind": "no"}, {"times": -1}, {"status": 404}])
def test_a_fault_that_cannot_be(fields):
    with pytest.raises(ValueError, match="validation error"):
        Fault(**{"kind": "quota"} | fields)


def test_control_works_from_elsewhere_while_everything_fails(sandbox):
    control = Control(sandbox.endpoint)
    control.fault(Fault(kind="drop_before", times=0))
    assert control.accounts()
    control.clear_faults()
