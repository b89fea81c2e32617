import re

import httpx
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from dashboards.policy import PagePolicy

PAGE = '<script>a()</script><script src="/x.js"></script><scripted><SCRIPT>'


async def get(response: Response, path: str = "/dashboard") -> httpx.Response:
    app = PagePolicy(response, prefix="/dashboard")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        return await client.get(path)


async def test_scripts_of_a_page_get_the_nonce_of_its_policy():
    answer = await get(HTMLResponse(PAGE))
    nonce = re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])[0]
    mark = f'<script nonce="{nonce}"'
    assert answer.text == f'{mark}>a()</script>{mark} src="/x.js"></script><scripted><SCRIPT>'
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_a_page_in_parts_is_put_together():
    answer = await get(
        StreamingResponse(iter(["<scr", "ipt>a()</script>"]), media_type="text/html")
    )
    assert re.fullmatch(r'<script nonce="[\w-]+">a\(\)</script>', answer.text)


async def test_what_is_no_page_stays_as_it_is():
    assert (await get(JSONResponse({"x": "<script>"}))).text == '{"x":"<script>"}'
    other = await get(HTMLResponse(PAGE), path="/login")
    assert other.text == PAGE
    assert "content-security-policy" not in other.headers
