from datetime import UTC, datetime, timedelta

import pytest
from googleapiclient.errors import HttpError

from sampark.errors import SamparkError
from sampark.sandbox.methods import method_ids
from sampark.sandbox.quota import COSTS, Meter

OURS = "sampark@example.com"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
PROFILE = ("GET", "/gmail/v1/users/me/profile")


def test_every_cost_is_of_a_method_that_exists():
    assert {f"gmail.users.{name}" for name in COSTS} <= method_ids()


def test_units_are_counted_by_method_and_account(sandbox, ours, yours, written):
    mail = sandbox.control.deliver(written(), to=OURS)
    ours.getProfile(userId="me").execute()
    ours.messages().get(userId="me", id=mail.gmail_id).execute()
    ours.threads().get(userId="me", id=mail.thread_id).execute()
    assert sandbox.control.quota_spent(OURS) == 1 + 20 + 40
    yours.getProfile(userId="me").execute()
    assert sandbox.control.quota_spent("you@example.com") == 1


@pytest.mark.parametrize(
    ("refusal", "status"),
    [("rateLimitExceeded", 403), ("userRateLimitExceeded", 403), ("429", 429)],
)
def test_over_the_limit_requests_are_refused_in_googles_shape(
    sandbox, ours, yours, refusal, status
):
    sandbox.control.set_quota(3, costs={"getProfile": 2}, refusal=refusal)
    ours.getProfile(userId="me").execute()
    with pytest.raises(HttpError) as caught:
        ours.getProfile(userId="me").execute()
    assert caught.value.status_code == status
    assert caught.value.error_details[0]["reason"] == refusal.replace("429", "rateLimitExceeded")
    if status == 429:
        assert 1 <= int(caught.value.resp["retry-after"]) <= 60
    ours.labels().list(userId="me").execute()
    yours.getProfile(userId="me").execute()
    sandbox.control.set_quota(None)
    ours.getProfile(userId="me").execute()


def test_a_minute_later_the_units_are_there_again():
    meter = Meter()
    meter.configure(1, refusal="rateLimitExceeded")
    meter.charge(OURS, *PROFILE, NOW)
    with pytest.raises(Exception, match="Quota exceeded"):
        meter.charge(OURS, *PROFILE, NOW + timedelta(seconds=59))
    meter.charge(OURS, *PROFILE, NOW + timedelta(seconds=60))
    assert meter.spent(OURS, NOW + timedelta(seconds=60)) == 1


def test_a_cost_of_no_method_is_named(sandbox):
    with pytest.raises(SamparkError, match="no method 'messages.fetch'"):
        sandbox.control.set_quota(1, costs={"messages.fetch": 1})
