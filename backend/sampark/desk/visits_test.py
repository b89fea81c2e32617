import pytest

from sampark.desk.roles import Forbidden, require
from sampark.desk.views import Person
from sampark.desk.visits import Visitor, Visits


def visitor(name: str) -> Visitor:
    return Visitor(person=Person(name=name, role="viewer"), sid="secret-sid", token="secret-token")


def test_a_page_belongs_to_whom_it_was_made_for():
    visits = Visits()
    visits.claim("page", visitor("ann"))
    assert visits.owns("page", visitor("ann"))
    assert not visits.owns("page", visitor("bob"))
    assert not visits.owns("other", visitor("ann"))
    visits.release("page")
    visits.release("page")
    assert not visits.owns("page", visitor("ann"))
    assert len(visits) == 0


def test_a_visitor_keeps_its_secrets_out_of_logs():
    assert "secret" not in repr(visitor("ann"))


@pytest.mark.parametrize(
    "role,asked,may",
    [
        ("viewer", "viewer", True),
        ("viewer", "operator", False),
        ("operator", "operator", True),
        ("operator", "admin", False),
        ("admin", "operator", True),
        ("intruder", "viewer", False),
    ],
)
def test_roles_include_those_below(role: str, asked: str, may: bool):
    person = Person(name="ann", role=role)
    assert person.may(asked) is may
    if may:
        require(person, asked)
        return
    with pytest.raises(Forbidden, match=f"ann is {role}"):
        require(person, asked)
