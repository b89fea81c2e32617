"""What the sandbox says of itself: a page for people, and Google's description of the API.

The description names this sandbox as the API's address. A client that is built from it needs no
other change, also for uploads and batches.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from sampark.sandbox.discovery import document
from sampark.sandbox.problems import not_found
from sampark.sandbox.routes.control import store_of

router = APIRouter()

_PAGE = """\
A Gmail sandbox. Accounts: {accounts}

A token for one of them, or for a new account:

    curl -s {here}/sandbox/accounts --json '{{"email": "ann@example.com"}}'

Google's own client, uploads and batches too:

    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery import build

    description = "{here}/$discovery/rest?version={{apiVersion}}"
    gmail = build("gmail", "v1", credentials=Credentials("THE TOKEN"),
                  discoveryServiceUrl=description, static_discovery=False)
    print(gmail.users().getProfile(userId="me").execute())

An OAuth client, with consent page, refresh and revocation:

    curl -s {here}/sandbox/client-secrets > client.json
"""


@router.get("/")
def page(request: Request) -> Response:
    """Tell a person what runs here and how to begin."""
    accounts = ", ".join(store_of(request).accounts())
    return PlainTextResponse(_PAGE.format(here=_here(request), accounts=accounts))


@router.get("/$discovery/rest")
def discovery(request: Request, version: str = "v1") -> Response:
    """Return the description of the Gmail API, this sandbox in the place of Google's servers."""
    if version != "v1":
        raise not_found()
    here = f"{_here(request)}/"
    return JSONResponse({**document(), "rootUrl": here, "baseUrl": here})


@router.get("/discovery/v1/apis/gmail/{version}/rest")
def old_discovery(request: Request, version: str) -> Response:
    """Return the same from the address that Google's discovery service had before."""
    return discovery(request, version)


def _here(request: Request) -> str:
    return str(request.base_url).rstrip("/")
