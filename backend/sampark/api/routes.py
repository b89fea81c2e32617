"""The JSON routes. Each is one question or one command of the desk."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from sampark import __version__
from sampark.desk.desk import Desk
from sampark.desk.mailroom import Mailroom
from sampark.desk.queries import Unknown
from sampark.desk.roles import Forbidden
from sampark.desk.views import Overview, TaskLine, TaskPage
from sampark.desk.visits import Visitor, visitor
from sampark.domain.base import TaskId

TaskKey = Annotated[TaskId, Path(min_length=1, max_length=100)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Health(BaseModel):
    """That the process answers, which release it is, and when it began (`boot`, a random word)."""

    status: str
    version: str
    boot: str


class Me(BaseModel):
    """Who is signed in, and the token that clients other than browsers show: X-CSRF-Token."""

    name: str
    role: str
    token: str
    boot: str


class Keys(BaseModel):
    """Mails of ours, as `HeldLine.key` tells them."""

    keys: Annotated[list[str], Field(max_length=500)]


class Seen(BaseModel):
    """How many mails are no longer held, as a person has seen to them."""

    seen: int


class Stopped(BaseModel):
    """Whether the task will stop; false when it has ended already."""

    stopping: bool


def signed_in() -> Visitor:
    """Return who asks. The gate has refused everybody else: this is the second lock."""
    who = visitor.get()
    if who is None:
        raise Forbidden("You are not signed in.", fix="Sign in at /login.")
    return who


Asker = Annotated[Visitor, Depends(signed_in)]


def routes(desk: Desk, *, boot: str) -> APIRouter:
    """Return the routes over a desk. `boot` tells one run of the server from the next."""
    router = APIRouter()
    router.include_router(_standing(boot))
    router.include_router(_tasks(desk))
    if desk.mailroom is not None:
        router.include_router(_mailbox(desk.mailroom))
    return router


def _standing(boot: str) -> APIRouter:
    router = APIRouter()

    @router.get("/health")
    async def health() -> Health:
        return Health(status="ok", version=__version__, boot=boot)

    @router.get("/api/me")
    async def me(who: Asker) -> Me:
        return Me(name=who.person.name, role=who.person.role, token=who.token, boot=boot)

    return router


def _tasks(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/api/overview")
    def overview(_: Asker) -> Overview:
        return desk.ask.overview()

    @router.get("/api/tasks")
    def tasks(_: Asker, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[TaskLine]:
        return desk.ask.tasks(limit=limit)

    @router.get("/api/tasks/{task}")
    def task_page(_: Asker, task: TaskKey) -> TaskPage:
        return desk.ask.task(task)

    @router.post("/api/tasks/{task}/stop")
    def stop(who: Asker, task: TaskKey) -> Stopped:
        desk.ask.line(task)
        return Stopped(stopping=desk.do.stop(task, by=who.person))

    @router.post("/api/held/seen")
    def seen(who: Asker, body: Keys) -> Seen:
        return Seen(seen=desk.do.see_to(body.keys, by=who.person))

    @router.get("/api/tasks/{task}/files/{sha256}")
    def task_file(_: Asker, task: TaskKey, sha256: Digest) -> Response:
        found = desk.ask.file(task, sha256)
        return download(found.line.name, found.content)

    return router


def _mailbox(mailroom: Mailroom) -> APIRouter:
    router = APIRouter()

    @router.get("/api/mailbox/{letter}/files")
    def letter_file(_: Asker, letter: str, name: str) -> Response:
        try:
            content = mailroom.file(letter, name)
        except KeyError as error:
            raise Unknown("The mail has no file of that name.", fix="Reload the page.") from error
        return download(name, content)

    return router


def download(name: str, content: bytes) -> Response:
    """Return a file to be saved, never shown: whatever it is, no browser may run it here."""
    plain = "".join(letter if letter.isprintable() else "_" for letter in name) or "file"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(plain, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
