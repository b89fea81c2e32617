import httpx
import pytest
from starlette.responses import PlainTextResponse

from sampark.api.headers import POLICY, Headers


async def get(url: str, **headers: str) -> httpx.Response:
    app = Headers(PlainTextResponse("hello", headers=headers))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.get(url)


async def test_every_answer_is_armed():
    answer = await get("http://desk.example/anything")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["content-security-policy"] == POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert "script-src" not in POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_https_is_asked_for_again():
    answer = await get("https://desk.example/anything")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_page_may_have_its_own_policy():
    answer = await get("http://desk.example/", **{"Content-Security-Policy": "own"})
    assert answer.headers["content-security-policy"] == "own"


@pytest.mark.parametrize("path", ["/static/js/bokeh.js", "/assets/site.css", "/components/x.js"])
async def test_assets_are_kept_for_a_day(path: str):
    assert (await get(f"http://desk.example{path}")).headers["cache-control"] == "max-age=86400"
