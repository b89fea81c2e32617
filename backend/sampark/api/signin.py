"""Signing in and out: by name and password, or by a link that works once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from sampark.api import pages, sessions
from sampark.desk.people import People, TooManyTries
from sampark.desk.visits import visitor

T = TypeVar("T")

FORM_BYTES = 8_192
QUEUE = 8
"""Passwords that wait to be checked; more are told to come again."""
HOME = "/dashboard"
WRONG = "The name or the password is wrong."
STALE = "The page was open for too long. Please try again."
BUSY = "Many people are signing in at this moment. Please try again."


class Door:
    """The way in. Passwords are checked on two threads of their own: each takes half a second."""

    def __init__(self, people: People, seals: sessions.Seals) -> None:
        self._people = people
        self._seals = seals
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="sampark-passwords")
        self._waiting = 0

    def close(self) -> None:
        """Let the threads go."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def routes(self) -> APIRouter:
        """Return the pages of signing in and out."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/login", self.form, methods=["GET"])
        router.add_api_route("/login", self.sign_in, methods=["POST"])
        router.add_api_route("/link/{link}", self.link, methods=["GET"])
        router.add_api_route("/link/{link}", self.use_link, methods=["POST"])
        router.add_api_route("/logout", self.sign_out, methods=["POST"])
        return router

    async def form(self, request: Request) -> Response:
        """Show the form, or go on if somebody is signed in already."""
        goal = local(request.query_params.get("next", ""))
        if visitor.get() is not None:
            return RedirectResponse(goal, status_code=303)
        return self._with_form(request, lambda token: pages.login(token=token, goal=goal))

    async def sign_in(self, request: Request) -> Response:
        """Check name and password, and begin a session."""
        fields = await _fields(request)
        name, goal = fields.get("name", ""), local(fields.get("next", ""))
        if not self._seals.fits(fields.get("token"), sessions.cookie(request, sessions.FORM)):
            return self._again(request, name, goal, STALE)
        if self._waiting >= QUEUE:
            return self._again(request, name, goal, BUSY)
        address = request.client.host if request.client else ""
        try:
            password = fields.get("password", "")
            sid = await self._apart(lambda: self._people.sign_in(name, password, address=address))
        except TooManyTries as error:
            return self._again(request, name, goal, f"{error.problem} {error.fix}", status=429)
        if sid is None:
            return self._again(request, name, goal, WRONG)
        return await self._enter(request, sid, goal)

    async def link(self, request: Request, link: str) -> Response:  # noqa: ARG002 - used by POST
        """Show the button of a one-time link; looking at it does not use it up."""
        return self._with_form(request, lambda token: pages.link(token=token))

    async def use_link(self, request: Request, link: str) -> Response:
        """Use the link up and begin a session."""
        fields = await _fields(request)
        if not self._seals.fits(fields.get("token"), sessions.cookie(request, sessions.FORM)):
            return self._with_form(request, lambda token: pages.link(token=token))
        sid = await asyncio.to_thread(self._people.use_link, link)
        if sid is None:
            return pages.message(
                "This link does not work any more",
                "It was used already, or is too old. Ask for a new one: sampark users link NAME",
                status=410,
            )
        return await self._enter(request, sid, HOME)

    async def sign_out(self, request: Request) -> Response:
        """End the session; its open pages close within a second."""
        who = visitor.get()
        fields = await _fields(request)
        response = RedirectResponse("/login", status_code=303)
        if who is not None and self._seals.fits(fields.get("token"), who.sid):
            await asyncio.to_thread(self._people.sign_out, who.sid)
            sessions.forget(request, response, sessions.SESSION)
        return response

    async def _enter(self, request: Request, sid: str, goal: str) -> Response:
        """A session of before ends, so that an id known to somebody else is worth nothing."""
        if old := sessions.cookie(request, sessions.SESSION):
            await asyncio.to_thread(self._people.sign_out, old)
        response = RedirectResponse(goal, status_code=303)
        sessions.keep(request, response, sessions.SESSION, sid)
        sessions.forget(request, response, sessions.FORM)
        return response

    def _again(
        self, request: Request, name: str, goal: str, words: str, *, status: int = 401
    ) -> Response:
        response = self._with_form(
            request,
            lambda token: pages.login(token=token, goal=goal, name=name[:80], problem=words),
        )
        response.status_code = status
        return response

    def _with_form(self, request: Request, page: Callable[[str], Response]) -> Response:
        """Show a form with its token; the cookie that the token belongs to comes along if new."""
        mark = sessions.cookie(request, sessions.FORM) or sessions.fresh()
        response = page(self._seals.token(mark))
        sessions.keep(request, response, sessions.FORM, mark)
        return response

    async def _apart(self, work: Callable[[], T]) -> T:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, work)
        finally:
            self._waiting -= 1


def local(goal: str) -> str:
    """Return where to go after signing in: a page of the dashboard, whatever was asked for."""
    plain = goal.isprintable() and "\\" not in goal
    here = goal == HOME or goal.startswith((f"{HOME}/", f"{HOME}?"))
    return goal if plain and here else HOME


async def _fields(request: Request) -> dict[str, str]:
    """Return the form's fields; a form that is too large has none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}
