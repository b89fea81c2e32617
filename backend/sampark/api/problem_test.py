import httpx
import pytest
from fastapi import FastAPI

from sampark.api import problem
from sampark.desk.people import TooManyTries
from sampark.desk.queries import Unknown
from sampark.desk.roles import Forbidden
from sampark.errors import KeyFileError, MailboxError, SamparkError, SettingsError, StoreError

ERRORS = [
    (Unknown("There is no task of that id."), 404),
    (Forbidden("vera is viewer."), 403),
    (TooManyTries("There were too many tries."), 429),
    (MailboxError("The sandbox does not answer."), 502),
    (StoreError("The database is gone."), 503),
    (KeyFileError("The key is gone."), 503),
    (SettingsError("The port is wrong."), 400),
    (ZeroDivisionError("secret detail"), 500),
]


def app(error: Exception) -> FastAPI:
    app = FastAPI()
    problem.register(app)

    @app.get("/api/broken")
    @app.get("/broken")
    async def broken(number: int = 0) -> None:
        raise error

    return app


async def get(app: FastAPI, path: str, accept: str = "*/*") -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        return await client.get(path, headers={"accept": accept})


@pytest.mark.parametrize("error,status", ERRORS)
async def test_an_error_is_a_problem_document(error: Exception, status: int):
    answer = await get(app(error), "/api/broken")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert "secret detail" not in answer.text
    if isinstance(error, SamparkError):
        assert told["detail"] == error.problem


async def test_a_browser_gets_a_page_with_everything_escaped():
    answer = await get(app(Unknown("<b>x</b>")), "/broken", accept="text/html,*/*")
    assert answer.status_code == 404
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "<script" not in answer.text


async def test_wrong_input_names_the_field():
    answer = await get(app(Unknown("")), "/api/broken?number=many")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("number: ")


async def test_an_address_that_does_not_exist():
    answer = await get(app(Unknown("")), "/api/nothing")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is nothing at this address.",
    )
