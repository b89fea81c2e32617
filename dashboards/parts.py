"""The few pieces that need a script of their own, each a dozen lines of plain JavaScript."""

from pathlib import Path

import param
from panel.custom import JSComponent

SCRIPTS = Path(__file__).parent / "scripts"

AWAY = """
.away { position: fixed; inset: auto 0 24px; width: max-content; max-width: 90vw; margin: auto;
  padding: 10px 18px; border-radius: 10px; z-index: 2000; background: #a32020; color: #fff;
  font: 500 14px/1.5 Roboto, system-ui, sans-serif; box-shadow: 0 8px 24px rgb(0 0 0 / 25%); }
.away[hidden] { display: none; }
"""

LIST = """
.threads { display: flex; flex-direction: column; gap: 2px; }
.thread { display: flex; flex-direction: column; width: 100%; padding: 8px 12px; border: 0;
  border-radius: 8px; background: transparent; color: var(--mui-palette-text-primary);
  font: 14px/1.45 Roboto, system-ui, sans-serif; text-align: left; cursor: pointer; }
.thread:hover { background: color-mix(in srgb, var(--mui-palette-primary-main) 7%, transparent); }
.thread.chosen { background: color-mix(in srgb, var(--mui-palette-primary-main) 14%, transparent); }
.thread:focus-visible { outline: 2px solid var(--mui-palette-primary-main); }
.subject { overflow: hidden; font-weight: 500; text-overflow: ellipsis; white-space: nowrap; }
.detail { color: var(--mui-palette-text-secondary); font-size: 12.5px; }
.detail.answered { color: var(--mui-palette-success-main); }
@media (max-width: 899.95px) { .threads { max-height: 250px; overflow-y: auto; } }
"""


class Watchdog(JSComponent):
    """Tells when the server is away, and remembers the theme.

    `boot` names the run of the server that made the page; `dark` is the theme, `known` whether the
    browser remembered one.
    """

    boot = param.String()
    dark = param.Boolean()
    known = param.Boolean()

    _esm = SCRIPTS / "watchdog.js"
    _stylesheets = [AWAY]  # noqa: RUF012 - Panel's own way


class Parts(JSComponent):
    """HTML in parts: only those that change are drawn again, and what was opened stays open.

    The parts are our own fragments. An element of class `mail` shows its `data-html` in a sandboxed
    frame without scripts.
    """

    parts = param.List()

    _esm = SCRIPTS / "parts.js"


class ThreadList(JSComponent):
    """Threads to choose from: dicts of `id`, `subject`, `detail`, `answered`."""

    threads = param.List()
    chosen = param.String()

    _esm = SCRIPTS / "thread_list.js"
    _stylesheets = [LIST]  # noqa: RUF012 - Panel's own way
