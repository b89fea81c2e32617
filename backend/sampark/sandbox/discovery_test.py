import pytest

PROFILE = {"emailAddress": "a@b.org", "messagesTotal": 1, "threadsTotal": 1, "historyId": "5"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"historyId": 5}, "Profile.historyId: int is no string"),
        ({"historyId": "-5"}, "Profile.historyId: no uint64"),
        ({"messagesTotal": True}, "Profile.messagesTotal: bool is no integer"),
        ({"other": 1}, "Profile.other: unknown field"),
    ],
)
def test_what_does_not_fit_a_schema_is_named(discovery, change, problem):
    assert discovery.problems("Profile", PROFILE) == []
    assert discovery.problems("Profile", PROFILE | change) == [problem]


def test_nested_values_and_bytes_are_judged(discovery):
    payload = {"parts": [{"body": {"data": "a+b"}}], "headers": [{"nam": "x"}]}
    assert discovery.problems("Message", {"payload": payload}) == [
        "Message.payload.parts[0].body.data: no byte",
        "Message.payload.headers[0].nam: unknown field",
    ]


def test_responses_are_judged_by_method_and_path(discovery):
    path = "/gmail/v1/users/me/profile"
    assert discovery.response_problems("GET", path, PROFILE) == []
    assert discovery.response_problems("GET", "/gmail/v1/users/me/nothing", {})
    assert discovery.response_problems("DELETE", "/gmail/v1/users/me/drafts/r1", {})
    assert not discovery.response_problems("DELETE", "/gmail/v1/users/me/drafts/r1", None)
    assert not discovery.response_problems("POST", "/upload/gmail/v1/users/me/drafts", {"id": "r"})
