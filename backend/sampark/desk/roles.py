"""Who may do what: viewers look, operators act, admins also manage users."""

from sampark.desk.views import Person
from sampark.errors import SamparkError


class Forbidden(SamparkError):
    """The asker's role does not include the command."""


def require(person: Person, role: str) -> None:
    """Return if the person's role includes that one, else raise Forbidden."""
    if not person.may(role):
        raise Forbidden(
            f"{person.name} is {person.role} and may not do this.",
            fix=f"Ask an admin for the role {role}.",
        )
