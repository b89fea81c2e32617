"""A view of a mail rendered, with its files and the picture of its plan."""

from sampark.domain.run import Outgoing
from sampark.domain.value import File
from sampark.reply.render import render
from sampark.reply.views import MailView, Picture

PLAN_PICTURE = "plan.png"
WIDTH = 592  # pixels on screen: the 600 of the mail less its edges
_PNG = b"\x89PNG\r\n\x1a\n"


def outgoing(
    view: MailView, files: tuple[File, ...] = (), picture: bytes | None = None
) -> Outgoing:
    """Return the rendered mail."""
    rendered = render(view)
    return Outgoing(
        subject=view.subject,
        text=rendered.text,
        html=rendered.html,
        files=files,
        pictures={} if picture is None else {PLAN_PICTURE: picture},
    )


def shown(png: bytes | None, words: str) -> Picture | None:
    """Return how a PNG is shown, two pixels for one on screen; raises ValueError for others."""
    if png is None:
        return None
    if not png.startswith(_PNG):
        raise ValueError(f"the plan picture is not a PNG: it starts with {png[:8]!r}")
    width, height = (int.from_bytes(png[at : at + 4]) // 2 for at in (16, 20))
    wide = min(width, WIDTH)
    tall = round(height * wide / max(1, width))
    return Picture(cid=PLAN_PICTURE, width=str(wide), height=str(tall), words=words)
