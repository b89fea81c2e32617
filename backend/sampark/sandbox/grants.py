"""What people granted to OAuth clients: codes, refresh tokens, and access tokens that expire.

Lifetimes are Google's: an access token lives an hour, a code ten minutes and for one use. All of
it is in the sandbox's file, so that a restart keeps everybody connected.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sampark.sandbox.store import Mailbox, Store

CLIENT_ID = "414243444546-sandbox.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-sandbox-secret"  # noqa: S105 - it guards nothing but a sandbox
"""The one OAuth client of the sandbox, of the kind "Desktop app"."""

TOKEN_SECONDS = 3599
"""As Google reports it in `expires_in`."""

_CODE_LIVES = timedelta(minutes=10)


@dataclass(frozen=True)
class Request:
    """What a client asks a person for."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str = ""
    method: str = ""
    """How the challenge was made of the verifier: "S256" or "plain"; "" without one."""


@dataclass(frozen=True)
class Grant:
    """A consent: whose mailbox, what for, and its refresh token."""

    id: int
    account: str
    scopes: tuple[str, ...]
    refresh_token: str


@dataclass(frozen=True)
class Access:
    """Who a bearer token speaks for, its scopes (None means every one), and when it ends."""

    account: str
    scopes: frozenset[str] | None = None
    until: float = 0
    """Epoch seconds; 0 for a token that never ends."""


def new_code(box: Mailbox, request: Request) -> str:
    """Note the consent of the box's account and return a code for it."""
    code = f"4/0A{secrets.token_urlsafe(32)}"
    until = (box.now + _CODE_LIVES).timestamp()
    box.db.execute(
        "INSERT INTO oauth_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            code,
            box.account,
            request.client_id,
            request.redirect_uri,
            " ".join(request.scopes),
            request.challenge,
            request.method,
            until,
        ),
    )
    return code


def take_code(box: Mailbox, code: str) -> tuple[str, Request] | None:
    """Return whose code it is and what was asked for, once; None if unknown, used or too old."""
    sql = (
        "DELETE FROM oauth_codes WHERE code = ? RETURNING account, client_id, redirect_uri, "
        "scopes, challenge, method, until"
    )
    row = box.db.execute(sql, (code,)).fetchone()
    if row is None or row[-1] <= box.now.timestamp():
        return None
    account, client, redirect, scopes, challenge, method, _ = row
    return account, Request(client, redirect, tuple(scopes.split()), challenge, method)


def new_grant(box: Mailbox, account: str, asked: Request) -> Grant:
    """Keep a consent for good. An installed application always gets a refresh token."""
    refresh = f"1//0g{secrets.token_urlsafe(48)}"
    sql = "INSERT INTO oauth_grants (account, client_id, scopes, refresh_token) VALUES (?, ?, ?, ?)"
    made = box.db.execute(sql, (account, asked.client_id, " ".join(asked.scopes), refresh))
    return Grant(int(made.lastrowid or 0), account, asked.scopes, refresh)


def grant_of(box: Mailbox, refresh_token: str, client_id: str) -> Grant | None:
    """Return the client's grant of that refresh token; None if there is none, or none any more."""
    sql = (
        "SELECT id, account, scopes FROM oauth_grants WHERE refresh_token = ? AND client_id = ? "
        "AND NOT revoked"
    )
    row = box.db.execute(sql, (refresh_token, client_id)).fetchone()
    return None if row is None else Grant(row[0], row[1], tuple(row[2].split()), refresh_token)


def new_token(box: Mailbox, grant: Grant) -> tuple[str, int]:
    """Return a new access token of a grant and the seconds it lives."""
    token = f"ya29.a0{secrets.token_urlsafe(48)}"
    seconds = _lifetime(box)
    until = box.now.timestamp() + seconds
    box.db.execute("INSERT INTO oauth_tokens VALUES (?, ?, ?)", (token, grant.id, until))
    return token, seconds


def granted(store: Store, token: str) -> Access | None:
    """Return what an access token opens; None if it is unknown, expired or revoked."""
    sql = (
        "SELECT g.account, g.scopes, t.until FROM oauth_tokens t "
        "JOIN oauth_grants g ON g.id = t.grant_id WHERE t.token = ? AND NOT g.revoked"
    )
    with store.mailbox("") as box:
        row = box.db.execute(sql, (token,)).fetchone()
        if row is None or row[2] <= box.now.timestamp():
            return None
    return Access(row[0], frozenset(row[1].split()), row[2])


def subject_of(account: str) -> str:
    """Return the number that Google knows a person by, whatever address the person has."""
    return str(int(hashlib.sha256(account.encode()).hexdigest()[:16], 16))


def revoke(box: Mailbox, token: str) -> bool:
    """End the grant of a refresh or an access token; False if there is none.

    As at Google, every grant of that person to the same client ends with it.
    """
    find = (
        "SELECT account, client_id FROM oauth_grants WHERE NOT revoked AND (refresh_token = ? OR "
        "id IN (SELECT grant_id FROM oauth_tokens WHERE token = ? AND until > ?))"
    )
    row = box.db.execute(find, (token, token, box.now.timestamp())).fetchone()
    if row is None:
        return False
    box.db.execute("UPDATE oauth_grants SET revoked = 1 WHERE account = ? AND client_id = ?", row)
    return True


def revoke_all(box: Mailbox) -> None:
    """End every grant of the box's account, as a person does on Google's account page."""
    box.db.execute("UPDATE oauth_grants SET revoked = 1 WHERE account = ?", (box.account,))


def expire_tokens(box: Mailbox) -> None:
    """Let every access token of the box's account be too old from now on."""
    sql = (
        "UPDATE oauth_tokens SET until = 0 WHERE grant_id IN "
        "(SELECT id FROM oauth_grants WHERE account = ?)"
    )
    box.db.execute(sql, (box.account,))


def set_lifetime(box: Mailbox, seconds: int) -> None:
    """Let access tokens live that long from now on."""
    sql = "INSERT OR REPLACE INTO counters VALUES ('token seconds', ?)"
    box.db.execute(sql, (seconds,))


def _lifetime(box: Mailbox) -> int:
    sql = "SELECT value FROM counters WHERE name = 'token seconds'"
    row = box.db.execute(sql).fetchone()
    return TOKEN_SECONDS if row is None else int(row[0])
