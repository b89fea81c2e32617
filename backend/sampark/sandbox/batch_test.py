import google_auth_httplib2
import httplib2
import httpx
import pytest
from google.api_core.client_options import ClientOptions
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from sampark.sandbox.control import Fault

OURS = "sampark@example.com"


@pytest.fixture
def service(sandbox):
    """Google's client; its batches go to the sandbox too."""
    http = google_auth_httplib2.AuthorizedHttp(
        Credentials(sandbox.token(OURS)), http=httplib2.Http(proxy_info=None)
    )
    made = build(
        "gmail",
        "v1",
        static_discovery=True,
        http=http,
        client_options=ClientOptions(api_endpoint=sandbox.endpoint),
    )
    made._batch_path = "batch/gmail/v1"
    made._baseUrl = f"{sandbox.endpoint}/"
    yield made
    made.close()


class Answers:
    def __init__(self) -> None:
        self.found: dict[str, object] = {}
        self.failed: dict[str, int] = {}

    def take(self, name, answer, error) -> None:
        if isinstance(error, HttpError):
            self.failed[name] = error.status_code
        else:
            self.found[name] = answer


def batched(service, sandbox):
    answers = Answers()
    batch = service.new_batch_http_request(callback=answers.take)
    batch._batch_uri = f"{sandbox.endpoint}/batch/gmail/v1"
    return batch, answers


def test_a_hundred_requests_are_answered_each_under_its_name(sandbox, service, written):
    ids = [sandbox.control.deliver(written(f"mail {n}"), to=OURS).gmail_id for n in range(3)]
    batch, answers = batched(service, sandbox)
    messages = service.users().messages()
    for number in range(97):
        batch.add(
            messages.get(userId="me", id=ids[number % 3], format="raw"), request_id=str(number)
        )
    batch.add(messages.get(userId="me", id="19a0000000000000"), request_id="gone")
    batch.add(
        messages.modify(userId="me", id=ids[0], body={"addLabelIds": ["STARRED"]}),
        request_id="star",
    )
    batch.add(service.users().getProfile(userId="me"), request_id="who")
    batch.execute()
    assert len(answers.found) == 99
    assert answers.failed == {"gone": 404}
    assert answers.found["7"]["id"] == ids[1]
    assert "STARRED" in answers.found["star"]["labelIds"]
    assert answers.found["who"]["emailAddress"] == OURS
    seen = [one.path for one in sandbox.control.requests()]
    assert seen.count("/batch/gmail/v1") == 1
    assert len(seen) == 101


def test_a_fault_meets_one_request_of_a_batch(sandbox, service):
    sandbox.control.fault(Fault(kind="rate_limit", match="/labels"))
    batch, answers = batched(service, sandbox)
    batch.add(service.users().getProfile(userId="me"), request_id="who")
    batch.add(service.users().labels().list(userId="me"), request_id="labels")
    batch.execute()
    assert answers.failed == {"labels": 429}
    assert list(answers.found) == ["who"]


PART = b"--b\r\nContent-Type: application/http\r\nContent-ID: <x+%d>\r\n\r\nGET /gmail/v1/users/me/profile\r\n\r\n\r\n"


def post(sandbox, body, content_type="multipart/mixed; boundary=b", token=None):
    headers = {
        "Content-Type": content_type,
        "Authorization": f"Bearer {token or sandbox.token(OURS)}",
    }
    url = f"{sandbox.endpoint}/batch/gmail/v1"
    return httpx.post(url, content=body, headers=headers, trust_env=False)


def test_the_answers_come_in_another_order(sandbox):
    answer = post(sandbox, PART % 1 + PART % 2 + b"--b--\r\n")
    assert answer.status_code == 200
    assert answer.text.index("<response-x+2>") < answer.text.index("<response-x+1>")


def test_a_bad_token_is_refused_for_each_request(sandbox):
    answer = post(sandbox, PART % 1 + b"--b--\r\n", token="nobody")
    assert answer.status_code == 200
    assert "HTTP/1.1 401 Unauthorized" in answer.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/mixed; boundary=b"),
        (PART % 1, "application/json"),
        (b"--b\r\n\r\nno request\r\n--b--\r\n", "multipart/mixed; boundary=b"),
        (b"".join(PART % n for n in range(101)) + b"--b--\r\n", "multipart/mixed; boundary=b"),
    ],
)
def test_batches_that_cannot_be(sandbox, body, content_type):
    answer = post(sandbox, body, content_type)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 400
