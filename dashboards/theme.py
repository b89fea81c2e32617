"""The look of every page: colours, the frame with header and sidebar, cards and panes."""

from functools import cache
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
import param
from panel.viewable import Viewable

from dashboards import fragments
from dashboards.parts import Parts, Watchdog
from sampark.desk.visits import Visitor

LOOK = Path(__file__).parent / "look.css"

LIGHT = {
    "primary": {"main": "#3554a5"},
    "secondary": {"main": "#7b3fa0"},
    "success": {"main": "#2e7d32"},
    "error": {"main": "#c62828"},
    "warning": {"main": "#a15c00"},
    "info": {"main": "#1565c0"},
    "text": {"primary": "#1c2733", "secondary": "#5b6b79"},
    "divider": "#dde3ea",
    "background": {"default": "#f4f6fa", "paper": "#ffffff"},
}
DARK = {
    "primary": {"main": "#93adf2"},
    "secondary": {"main": "#c79be4"},
    "success": {"main": "#7fcf8c"},
    "error": {"main": "#ff8f88"},
    "warning": {"main": "#f0b35e"},
    "info": {"main": "#7ab8f5"},
    "text": {"primary": "#e6ebf1", "secondary": "#9aa9b7"},
    "divider": "#313d4a",
    "background": {"default": "#11161d", "paper": "#1a212b"},
}
THEME = {
    "light": {"palette": LIGHT},
    "dark": {"palette": DARK},
}
FRAME = {
    ".header": {
        "backgroundColor": "var(--mui-palette-background-paper)",
        "backgroundImage": "none",
        "color": "var(--mui-palette-text-primary)",
        "borderBottom": "1px solid var(--mui-palette-divider)",
        "boxShadow": "none",
    },
    ".sidebar": {
        "backgroundColor": "var(--mui-palette-background-paper)",
        "borderRight": "1px solid var(--mui-palette-divider)",
    },
    ".main": {"backgroundColor": "var(--mui-palette-background-default)"},
    # for what is not ours to colour: scroll bars, and mails in their frames
    "&.mui-light": {"colorScheme": "light"},
    "&.mui-dark": {"colorScheme": "dark"},
}
SIDEBAR = 208
LOADER = "#loader { background: transparent }"
WIDEST = 1360


def frame(*main: Viewable, who: Visitor, active: str, boot: str, mailbox: bool) -> pmui.Page:
    """Return a whole page: header, sidebar, the given content."""
    dark = bool(who.dark)
    watchdog = Watchdog(
        boot=boot, dark=dark, known=who.dark is not None, sizing_mode="fixed", width=0, height=0
    )
    content = pmui.Column(
        *main,
        watchdog,
        sizing_mode="stretch_width",
        max_width=WIDEST,
        styles={"margin": "0 auto", "padding": "20px 24px 40px"},
    )
    page = pmui.Page(
        favicon="/assets/mark.svg",
        dark_theme=dark,
        theme_config=THEME,
        sx=FRAME,
        header=[
            html(fragments.brand(), align="center"),
            pmui.Row(sizing_mode="stretch_width"),
            html(fragments.signed_in(who), align="center"),
        ],
        sidebar=[html(fragments.navigation(active, mailbox=mailbox), sizing_mode="stretch_width")],
        sidebar_width=SIDEBAR,
        sidebar_resizable=False,
        busy_indicator=None,
        raw_css=[LOADER],
        main=[content],
    )
    _together(page, "dark_theme", watchdog, "dark")
    _together(watchdog, "dark", page, "dark_theme")
    return page


def _together(
    leader: param.Parameterized, name: str, follower: param.Parameterized, other: str
) -> None:
    """Give the one's new value to the other."""

    def follow(event: param.parameterized.Event) -> None:
        setattr(follower, other, event.new)

    leader.param.watch(follow, name)


def html(words: str = "", **options: object) -> pn.pane.HTML:
    """Return a pane of our own HTML, in the look of the house."""
    given: dict[str, object] = {"margin": 0, **options}
    return pn.pane.HTML(words, stylesheets=[look()], **given)


def parts() -> Parts:
    """Return a row of HTML parts in the look of the house, still empty."""
    return Parts(stylesheets=[look()], sizing_mode="stretch_width", margin=0)


def card(*content: Viewable, title: str = "", **options: object) -> pmui.Paper:
    """Return content on a sheet with a thin border, under a title."""
    head = [html(f"<h2>{title}</h2>", margin=(0, 0, 10, 0))] if title else []
    return pmui.Paper(
        pmui.Column(*head, *content, sizing_mode="stretch_width", margin=0),
        elevation=0,
        margin=0,
        sizing_mode="stretch_width",
        sx={
            "border": "1px solid var(--mui-palette-divider)",
            "borderRadius": "12px",
            "padding": "18px 20px",
            "backgroundImage": "none",
        },
        **options,
    )


def show(pane: pn.pane.HTML, words: str) -> None:
    """Change a pane's content, if it is other than what is shown."""
    if pane.object != words:
        pane.object = words


@cache
def look() -> str:
    """Return the style sheet of our fragments."""
    return LOOK.read_text(encoding="utf-8")
