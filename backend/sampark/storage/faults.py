"""What a driver says about a database that cannot be used, told with the place and the fix."""

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from sampark.errors import StoreAway, StoreError

_FIXES = (
    ("not a database", "It is another kind of file: name the database, or move the file away."),
    ("malformed", "The file is damaged: restore it from a backup."),
    ("disk image", "The file is damaged: restore it from a backup."),
    ("unable to open", "Check that the folder exists and is writable."),
    ("readonly", "Make the file and its folder writable."),
    ("full", "Free some disk space."),
    ("locked", "Another process holds the database: stop it, then try again."),
    ("password", "Check the user and the password in the URL."),
    ("does not exist", "Create the database, or correct its name in the URL."),
    ("foreign key", "It refers to an account or a task that was never added."),
    ("timeout", "Check that the server runs and can be reached from here."),
    ("connection", "Check that the server runs and can be reached from here."),
)


def place(url: URL) -> str:
    """Return the database's name for people: a path, or a URL without password and options."""
    if url.get_backend_name() == "sqlite":
        return url.database or "(no path)"
    host = url.host or url.query.get("host", "")
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"


def refused(error: DBAPIError, where: str) -> StoreError:
    """Return the error that a person can act on. Its first line holds no row's content."""
    words = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    told = words[0].rstrip(".")
    known = (fix for sign, fix in _FIXES if sign in told.lower())
    fix = next(known, "Run `sampark doctor`.")
    problem = "refused a change" if isinstance(error, IntegrityError) else "cannot be used"
    kind = StoreAway if isinstance(error, OperationalError) else StoreError
    return kind(f"The database {where} {problem}: {told}.", fix=fix)
