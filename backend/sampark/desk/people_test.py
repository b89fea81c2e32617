from datetime import timedelta
from pathlib import Path

import pytest

from sampark.desk.people import People, TooManyTries, opened
from sampark.desk.views import Person
from sampark.errors import KeyFileError, SettingsError

RIGHT = "a long password"
HERE = "127.0.0.1"


@pytest.fixture
def ann(people: People) -> People:
    people.add("ann", RIGHT, "operator")
    return people


def test_the_right_password_begins_a_session(ann: People):
    sid = ann.sign_in("ann", RIGHT, address=HERE)
    assert ann.of_session(sid) == Person(name="ann", role="operator")


@pytest.mark.parametrize(
    "name,password", [("ann", "wrong"), ("bob", RIGHT), ("", ""), ("a\0b", "x")]
)
def test_anything_else_does_not(ann: People, name: str, password: str):
    assert ann.sign_in(name, password, address=HERE) is None


def test_five_tries_in_fifteen_minutes_per_name_and_address(ann: People, clock):
    for _ in range(5):
        assert ann.sign_in("ann", "wrong", address=HERE) is None
    with pytest.raises(TooManyTries):
        ann.sign_in("ann", RIGHT, address=HERE)
    assert ann.sign_in("ann", RIGHT, address="10.0.0.9") is not None
    clock.advance(timedelta(minutes=15))
    assert ann.sign_in("ann", RIGHT, address=HERE) is not None


def test_a_success_gives_the_tries_back(ann: People):
    for _ in range(3):
        for _ in range(4):
            ann.sign_in("ann", "wrong", address=HERE)
        assert ann.sign_in("ann", RIGHT, address=HERE) is not None


def test_invented_names_do_not_pile_up(ann: People, clock):
    for number in range(20):
        ann.sign_in(f"nobody{number}", "wrong", address=HERE)
    clock.advance(timedelta(minutes=16))
    ann.sign_in("ann", RIGHT, address=HERE)
    assert ann._tries == {}


def test_a_link_signs_in_once(ann: People):
    token = ann.link("ann")
    assert ann.of_session(ann.use_link(token)) == Person(name="ann", role="operator")
    assert ann.use_link(token) is None


def test_a_link_gets_too_old(ann: People, clock):
    token = ann.link("ann", minutes=15)
    clock.advance(timedelta(minutes=15))
    assert ann.use_link(token) is None


def test_there_is_no_link_for_nobody(ann: People):
    with pytest.raises(SettingsError, match="there is no user bob"):
        ann.link("bob")


def test_a_session_ends_when_signed_out(ann: People):
    sid = ann.sign_in("ann", RIGHT, address=HERE)
    assert sid is not None
    ann.sign_out(sid)
    assert ann.of_session(sid) is None
    assert ann.of_session(None) is None
    assert ann.of_session("no such session") is None


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_a_length(people: People, password: str):
    with pytest.raises(SettingsError, match="the password has"):
        people.add("ann", password, "viewer")
    assert people.everyone() == []


def test_a_name_is_taken_once(ann: People):
    with pytest.raises(SettingsError, match="ann exists already"):
        ann.add("ann", RIGHT, "viewer")


def test_a_command_opens_the_people_alone(tmp_path: Path):
    url, key = f"sqlite:///{tmp_path / 's.db'}", tmp_path / "keys" / "master.key"
    with opened(url, key=key) as people:
        people.add("ann", RIGHT, "admin")
    with opened(url, key=key) as people:
        assert people.everyone() == [Person(name="ann", role="admin")]
    key.unlink()
    with pytest.raises(KeyFileError), opened(url, key=key):
        pass
