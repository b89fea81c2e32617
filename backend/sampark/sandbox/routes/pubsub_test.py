import base64
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import google_auth_httplib2
import httplib2
import httpx
import pytest
from google.api_core.client_options import ClientOptions
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from sampark.sandbox.server import Sandbox
from sampark.sandbox.watch import GMAIL_PUBLISHER

OURS = "sampark@example.com"
TOPIC = "projects/sampark-dev/topics/mail"
NAME = "projects/sampark-dev/subscriptions/sampark"
GRANT = {
    "bindings": [
        {"role": "roles/pubsub.publisher", "members": [f"serviceAccount:{GMAIL_PUBLISHER}"]}
    ]
}


@pytest.fixture
def projects(sandbox):
    """`projects()` of Google's own Pub/Sub client."""
    service = build(
        "pubsub",
        "v1",
        static_discovery=True,
        client_options=ClientOptions(api_endpoint=sandbox.endpoint),
        credentials=Credentials(sandbox.token(OURS)),
    )
    yield service.projects()
    service.close()


@pytest.fixture
def topic(projects):
    projects.topics().create(name=TOPIC, body={}).execute()
    projects.topics().setIamPolicy(resource=TOPIC, body={"policy": GRANT}).execute()


@pytest.fixture
def subscription(projects, topic):
    body = {"topic": TOPIC, "ackDeadlineSeconds": 10}
    projects.subscriptions().create(name=NAME, body=body).execute()


@pytest.fixture
def watched(ours, subscription):
    return ours.watch(userId="me", body={"topicName": TOPIC, "labelIds": ["INBOX"]}).execute()


def pull(projects, name=NAME, most=10):
    body = {"maxMessages": most, "returnImmediately": True}
    return (
        projects.subscriptions()
        .pull(subscription=name, body=body)
        .execute()
        .get("receivedMessages", [])
    )


def event(received):
    return json.loads(base64.urlsafe_b64decode(received["message"]["data"]))


def refused(request, code, words="."):
    with pytest.raises(HttpError, match=words) as caught:
        request.execute()
    assert caught.value.status_code == code


def test_a_change_is_published_and_pulled_until_it_is_acknowledged(
    sandbox, projects, watched, written
):
    sandbox.control.deliver(written(), to=OURS)
    (received,) = pull(projects)
    told = event(received)
    assert told["emailAddress"] == OURS
    assert told["historyId"] > int(watched["historyId"])
    assert pull(projects) == []
    ack = {"ackIds": [received["ackId"]]}
    extend = projects.subscriptions().modifyAckDeadline
    extend(subscription=NAME, body=ack | {"ackDeadlineSeconds": 0}).execute()
    (again,) = pull(projects)
    assert again["message"]["messageId"] == received["message"]["messageId"]
    ack = {"ackIds": [again["ackId"], "x" * 32]}
    projects.subscriptions().acknowledge(subscription=NAME, body=ack).execute()
    extend(subscription=NAME, body=ack | {"ackDeadlineSeconds": 0}).execute()
    assert pull(projects) == []


def test_what_is_not_acknowledged_comes_again(tmp_path, written):
    moment = [datetime(2026, 11, 1, tzinfo=UTC)]
    with Sandbox(tmp_path, accounts=[OURS], now=lambda: moment[0]) as sandbox:
        http = httpx.Client(
            base_url=f"{sandbox.endpoint}/v1/",
            headers={"Authorization": f"Bearer {sandbox.token(OURS)}"},
            trust_env=False,
        )
        with http:
            http.put(TOPIC)
            http.put(NAME, json={"topic": TOPIC, "ackDeadlineSeconds": 30})
            http.post(
                f"{TOPIC}:publish", json={"messages": [{"data": "eA==", "attributes": {"a": "b"}}]}
            )

            def received():
                body = {"maxMessages": 1, "returnImmediately": True}
                return http.post(f"{NAME}:pull", json=body).json().get("receivedMessages", [])

            (first,) = received()
            assert first["message"]["attributes"] == {"a": "b"}
            moment[0] += timedelta(seconds=29)
            assert received() == []
            moment[0] += timedelta(seconds=1)
            (second,) = received()
    assert second["message"]["messageId"] == first["message"]["messageId"]
    assert second["ackId"] != first["ackId"]


def test_a_pull_waits_for_the_first_message(sandbox, projects, watched, written):
    threading.Timer(0.3, lambda: sandbox.control.deliver(written(), to=OURS)).start()
    found = projects.subscriptions().pull(subscription=NAME, body={"maxMessages": 1}).execute()
    assert len(found["receivedMessages"]) == 1


def test_one_event_a_second_and_the_excess_is_dropped(sandbox, projects, watched, written):
    for _ in range(3):
        sandbox.control.deliver(written(), to=OURS)
    assert len(pull(projects)) == 1
    sandbox.control.push_limit(on=False)
    for _ in range(3):
        sandbox.control.deliver(written(), to=OURS)
    assert len(pull(projects)) == 3


def test_only_watched_labels_are_published(sandbox, projects, ours, watched, written):
    sandbox.control.push_limit(on=False)
    mail = sandbox.control.deliver(written(), to=OURS)
    assert len(pull(projects)) == 1
    body = {"topicName": TOPIC, "labelIds": ["INBOX"], "labelFilterBehavior": "exclude"}
    ours.watch(userId="me", body=body).execute()
    sandbox.control.deliver(written(), to=OURS)
    assert pull(projects) == []
    ours.stop(userId="me").execute()
    ours.messages().trash(userId="me", id=mail.gmail_id).execute()
    assert pull(projects) == []


def test_a_watch_ends_after_seven_days(tmp_path, written):
    moment = [datetime(2026, 11, 1, tzinfo=UTC)]
    with Sandbox(tmp_path, accounts=[OURS], now=lambda: moment[0]) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.token(OURS)}"}
        with httpx.Client(base_url=sandbox.endpoint, headers=headers, trust_env=False) as http:
            http.put(f"/v1/{TOPIC}")
            http.post(f"/v1/{TOPIC}:setIamPolicy", json={"policy": GRANT})
            http.put(f"/v1/{NAME}", json={"topic": TOPIC})
            http.post("/gmail/v1/users/me/watch", json={"topicName": TOPIC})
            moment[0] += timedelta(days=7)
            sandbox.control.deliver(written(), to=OURS)
            body = {"maxMessages": 1, "returnImmediately": True}
            assert http.post(f"/v1/{NAME}:pull", json=body).json() == {}


@pytest.mark.parametrize(
    ("kind", "count"), [("lose", 0), ("repeat", 2), ("corrupt", 1), ("delay", 0)]
)
def test_events_go_wrong_as_told(sandbox, projects, watched, written, kind, count):
    sandbox.control.push_limit(on=False)
    sandbox.control.push_fault(kind, seconds=0.3)
    sandbox.control.deliver(written(), to=OURS)
    found = pull(projects)
    assert len(found) == count
    if kind == "repeat":
        assert found[0]["message"]["messageId"] != found[1]["message"]["messageId"]
    if kind == "corrupt":
        with pytest.raises(json.JSONDecodeError):
            event(found[0])
    if kind == "delay":
        assert len(pull_within(projects)) == 1
    sandbox.control.push_fault("lose", times=0)
    sandbox.control.clear_push_faults()
    sandbox.control.deliver(written(), to=OURS)
    assert event(pull(projects)[-1])["emailAddress"] == OURS


def pull_within(projects, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := pull(projects):
            return found
        time.sleep(0.05)
    return []


def test_a_topic_must_exist_and_let_gmail_publish(ours, projects):
    watch = ours.watch
    refused(watch(userId="me", body={"topicName": TOPIC}), 404, "Resource not found")
    projects.topics().create(name=TOPIC, body={}).execute()
    refused(watch(userId="me", body={"topicName": TOPIC}), 403, "not authorized")
    projects.topics().setIamPolicy(resource=TOPIC, body={"policy": GRANT}).execute()
    assert projects.topics().getIamPolicy(resource=TOPIC).execute() == GRANT
    watch(userId="me", body={"topicName": TOPIC}).execute()


def test_topics_and_subscriptions_are_kept_listed_and_deleted(projects, subscription):
    refused(projects.topics().create(name=TOPIC, body={}), 409)
    refused(projects.topics().create(name="projects/p/topics/x", body={}), 400)
    refused(projects.subscriptions().create(name=NAME, body={"topic": TOPIC}), 409)
    refused(projects.subscriptions().create(name=NAME, body={"topic": TOPIC + "x"}), 404)
    project = "projects/sampark-dev"
    assert projects.topics().list(project=project).execute() == {"topics": [{"name": TOPIC}]}
    (found,) = projects.subscriptions().list(project=project).execute()["subscriptions"]
    assert found == projects.subscriptions().get(subscription=NAME).execute()
    assert projects.topics().get(topic=TOPIC).execute() == {"name": TOPIC}
    projects.subscriptions().delete(subscription=NAME).execute()
    projects.topics().delete(topic=TOPIC).execute()
    refused(projects.topics().get(topic=TOPIC), 404)
    refused(projects.subscriptions().pull(subscription=NAME, body={"maxMessages": 1}), 404)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("pull", {"maxMessages": 0}),
        ("pull", {}),
        ("acknowledge", {}),
        ("acknowledge", {"ackIds": ["garbage"]}),
        ("modifyAckDeadline", {"ackIds": ["a"], "ackDeadlineSeconds": 601}),
    ],
)
def test_what_cannot_be_is_refused(projects, subscription, verb, body):
    refused(getattr(projects.subscriptions(), verb)(subscription=NAME, body=body), 400)


@pytest.mark.parametrize(
    "bindings", [5, [5], [{"role": 1}], [{"role": "roles/pubsub.publisher", "members": 1}]]
)
def test_a_policy_has_bindings_of_roles_and_members(projects, topic, bindings):
    body = {"policy": {"bindings": bindings}}
    refused(projects.topics().setIamPolicy(resource=TOPIC, body=body), 400)


@pytest.mark.parametrize("message", [{}, {"data": ""}, {"data": "no base64!"}])
def test_a_message_needs_data_or_attributes(projects, topic, message):
    refused(projects.topics().publish(topic=TOPIC, body={"messages": [message]}), 400)


def test_a_subscription_is_changed_field_by_field(projects, subscription):
    patch = projects.subscriptions().patch

    def changed(mask, **fields):
        return patch(name=NAME, body={"subscription": fields, "updateMask": mask}).execute()

    assert changed("ackDeadlineSeconds", ackDeadlineSeconds=60)["ackDeadlineSeconds"] == 60
    assert changed("labels", labels={"a": "b"})["ackDeadlineSeconds"] == 60
    assert changed("ackDeadlineSeconds")["ackDeadlineSeconds"] == 10
    for wrong in (
        {"subscription": {"ackDeadlineSeconds": 9}, "updateMask": "ackDeadlineSeconds"},
        {"subscription": {"topic": "x"}, "updateMask": "topic"},
        {"subscription": {}},
    ):
        refused(patch(name=NAME, body=wrong), 400)


def test_who_subscribes_and_what_may_be_done_is_told(projects, subscription):
    topics = projects.topics()
    assert topics.subscriptions().list(topic=TOPIC).execute() == {"subscriptions": [NAME]}
    asked = {"permissions": ["pubsub.topics.publish"]}
    assert topics.testIamPermissions(resource=TOPIC, body=asked).execute() == asked


def test_a_token_is_needed_and_must_be_for_pubsub(sandbox):
    url = f"{sandbox.endpoint}/v1/{TOPIC}"
    assert httpx.get(url, trust_env=False).status_code == 401


class Endpoint:
    """A webhook: answers with the statuses given, the last one for ever; keeps what it was sent."""

    def __init__(self, *statuses: int) -> None:
        self.seen: list[tuple[str, dict]] = []
        left = list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):  # noqa: N805
                body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
                self.seen.append((handler.headers.get("Authorization", ""), body))
                handler.send_response(left.pop(0) if len(left) > 1 else left[0])
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count):
        until = time.monotonic() + 10
        while len(self.seen) < count:
            assert time.monotonic() < until
            time.sleep(0.02)
        return self.seen

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def pushing(projects, endpoint):
    body = {
        "topic": TOPIC,
        "pushConfig": {
            "pushEndpoint": endpoint.url,
            "oidcToken": {"serviceAccountEmail": "push@sampark-dev.iam.gserviceaccount.com"},
        },
        "retryPolicy": {"minimumBackoff": "0.1s", "maximumBackoff": "1s"},
    }
    projects.subscriptions().create(name=NAME, body=body).execute()


def test_a_push_bears_a_token_that_google_auth_accepts(sandbox, projects, topic):
    endpoint = Endpoint(204)
    pushing(projects, endpoint)
    body = {"messages": [{"data": base64.b64encode(b"hello").decode()}]}
    projects.topics().publish(topic=TOPIC, body=body).execute()
    ((authorization, told),) = endpoint.wait(1)
    assert told["subscription"] == NAME
    assert base64.b64decode(told["message"]["data"]) == b"hello"
    http = httplib2.Http(proxy_info=None)
    claims = id_token.verify_token(
        authorization.removeprefix("Bearer "),
        google_auth_httplib2.Request(http),
        audience=endpoint.url,
        certs_url=f"{sandbox.endpoint}/oauth2/v1/certs",
    )
    http.close()
    assert claims["email"] == "push@sampark-dev.iam.gserviceaccount.com"
    assert claims["email_verified"] is True
    time.sleep(0.5)
    endpoint.close()
    assert len(endpoint.seen) == 1


def test_a_push_that_is_refused_comes_again(projects, topic):
    endpoint = Endpoint(500, 404, 200)
    pushing(projects, endpoint)
    projects.topics().publish(topic=TOPIC, body={"messages": [{"data": "eA=="}]}).execute()
    seen = endpoint.wait(3)
    time.sleep(0.6)
    endpoint.close()
    assert len(seen) == 3
    assert len({told["message"]["messageId"] for _, told in seen}) == 1


def test_a_subscription_may_be_turned_from_push_to_pull(projects, topic):
    endpoint = Endpoint(200)
    pushing(projects, endpoint)
    projects.subscriptions().modifyPushConfig(subscription=NAME, body={"pushConfig": {}}).execute()
    projects.topics().publish(topic=TOPIC, body={"messages": [{"data": "eA=="}]}).execute()
    assert len(pull_within(projects)) == 1
    endpoint.close()
    assert endpoint.seen == []
