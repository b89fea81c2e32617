"""The control endpoint under /sandbox/: accounts, mail from outside, faults, what was seen."""

import base64
import binascii
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from sampark.errors import SamparkError
from sampark.sandbox import history, post
from sampark.sandbox.control import Delivery, Fault
from sampark.sandbox.faults import FaultBoard
from sampark.sandbox.headers import is_address
from sampark.sandbox.store import Store

router = APIRouter(prefix="/sandbox")


class AccountWanted(BaseModel):
    """Which account a control request is about."""

    email: str


class AliasWanted(AccountWanted):
    """Another address of an account."""

    alias: str
    display_name: str = ""


@router.get("/accounts")
def accounts(request: Request) -> Response:
    """Return every account's address."""
    return JSONResponse({"accounts": store_of(request).accounts()})


@router.post("/accounts")
def account(request: Request, wanted: AccountWanted) -> Response:
    """Return an account's token, creating the account when it is new."""
    return JSONResponse({"token": store_of(request).account(wanted.email)})


@router.post("/aliases")
def alias(request: Request, wanted: AliasWanted) -> Response:
    """Give an account another address."""
    address = wanted.alias.strip().lower()
    if not is_address(address):
        raise SamparkError(f"{wanted.alias!r} is no mail address.", fix="Give one like a@b.org.")
    store = store_of(request)
    email = known_account(store, wanted.email)
    with store.mailbox(email) as box:
        if post.account_at(box, address) not in (None, email):
            raise SamparkError(f"{address} is taken.", fix="Choose another alias.")
        sql = "INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)"
        box.db.execute(sql, (address, email, wanted.display_name))
    return Response(status_code=204)


@router.post("/deliveries")
def deliver(request: Request, delivery: Delivery) -> Response:
    """Take in a mail from outside."""
    try:
        raw = base64.b64decode(delivery.raw, validate=True)
    except binascii.Error as error:
        raise SamparkError("The delivery's raw is no base64.", fix="Encode the bytes.") from error
    if delivery.mail_from and not is_address(delivery.mail_from):
        raise SamparkError(
            f"{delivery.mail_from!r} is no envelope sender.", fix='Give an address, or "".'
        )
    store = store_of(request)
    with store.mailbox("") as box:
        home = post.account_at(box, delivery.to.strip())
    email = known_account(store, home or delivery.to)
    with store.mailbox(email) as box:
        stored = post.receive(box, raw, dmarc=delivery.dmarc, mail_from=delivery.mail_from)
    return JSONResponse({"gmail_id": stored.id, "thread_id": stored.thread_id})


@router.get("/undeliverable")
def undeliverable(request: Request) -> Response:
    """Return the recipients outside the sandbox that were written to."""
    with store_of(request).mailbox("") as box:
        found = [asdict(item) for item in post.undelivered(box)]
    return JSONResponse({"undeliverable": found})


@router.post("/faults")
def arm(request: Request, fault: Fault) -> Response:
    """Set a fault."""
    _board(request).arm(fault)
    return Response(status_code=204)


@router.delete("/faults")
def clear_faults(request: Request) -> Response:
    """Take all faults away."""
    _board(request).clear()
    return Response(status_code=204)


@router.get("/requests")
def requests(request: Request) -> Response:
    """Return the API requests seen."""
    seen = [item.model_dump(mode="json") for item in _board(request).requests()]
    return JSONResponse({"requests": seen})


@router.post("/expired-histories")
def expire(request: Request, wanted: AccountWanted) -> Response:
    """Make an account's history ids too old."""
    store = store_of(request)
    with store.mailbox(known_account(store, wanted.email)) as box:
        history.expire(box)
    return Response(status_code=204)


@router.post("/resets")
def reset(request: Request) -> Response:
    """Forget all mail, faults and requests."""
    store_of(request).reset()
    _board(request).clear()
    _board(request).forget_requests()
    return Response(status_code=204)


def store_of(request: Request) -> Store:
    """Return the store of the application that a request reached."""
    store: Store = request.app.state.store
    return store


def _board(request: Request) -> FaultBoard:
    board: FaultBoard = request.app.state.board
    return board


def known_account(store: Store, email: str) -> str:
    """Return an account's address in its one spelling; raises SamparkError if there is none."""
    address = email.strip().lower()
    if address not in store.accounts():
        raise SamparkError(
            f"The sandbox has no account {email!r}.", fix="Create it first: Control.account."
        )
    return address
