"""How mails look: inline CSS by tag for what was Markdown, by part for our own.

No colour is set for words and grounds, so that every mail program's light and dark theme stays in
charge; what should be quiet is made so by opacity, lines are a grey that shows on both.
"""

_GREY = "#9aa0a6"
_AMBER = "#d98a00"
_LINE = f"1px solid {_GREY}"
_DOT = "display:inline-block;width:8px;height:8px;margin:0 8px 1px 0;border-radius:4px"
_FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

TAG_STYLE = {
    "p": "margin:0 0 12px",
    "h3": "font-size:17px;line-height:24px;margin:8px 0",
    "h4": "font-size:15px;line-height:22px;margin:6px 0",
    "ul": "margin:0 0 12px;padding-left:22px",
    "ol": "margin:0 0 12px;padding-left:26px",
    "li": "margin:0 0 4px",
    "blockquote": f"margin:0 0 12px;padding-left:12px;border-left:3px solid {_GREY}",
    "pre": f"margin:0 0 12px;padding:8px 12px;border:{_LINE};white-space:pre-wrap;font-size:13px",
    "code": "font-family:Menlo,Consolas,monospace",
    "a": "color:inherit;text-decoration:underline",
    "hr": f"border:0;border-top:{_LINE};margin:16px 0",
    "table": "border-collapse:collapse;margin:0 0 14px",
    "th": f"padding:4px 16px 4px 0;border-bottom:2px solid {_GREY};vertical-align:bottom",
    "td": f"padding:4px 16px 4px 0;border-bottom:{_LINE};vertical-align:top",
}

PART_STYLE = {
    "page": "margin:0;padding:0",
    "sheet": f"max-width:600px;padding:8px 4px 16px;font:15px/22px {_FONT};text-align:left;"
    "overflow-wrap:break-word",
    "body": "overflow-x:auto",
    "lead": "margin:0 0 12px",
    "part": "margin:16px 0 0",
    "heading": "margin:20px 0 6px;font-size:13px;line-height:20px;opacity:.72",
    "grid": "border-collapse:collapse;margin:0;font:inherit",
    "number": "padding:3px 10px 3px 0;vertical-align:top;text-align:right;white-space:nowrap;"
    "opacity:.72",
    "cell": "padding:3px 0;vertical-align:top",
    "quiet": "opacity:.72",
    "warning": f"margin:0 0 12px;padding:6px 0 6px 10px;border-left:3px solid {_AMBER}",
    "question": "margin:16px 0 4px;font-weight:600",
    "details": "margin:0 0 6px",
    "choices": "border-collapse:collapse;margin:0;font:inherit",
    "badge": f"display:inline-block;min-width:34px;padding:0 4px;border:{_LINE};font-size:11px;"
    "line-height:16px;text-align:center;letter-spacing:.04em",
    "badge_cell": "padding:4px 12px 4px 0;vertical-align:middle",
    "file": "padding:4px 12px 4px 0;vertical-align:middle;font-weight:600;word-break:break-word",
    "size": "padding:4px 0;vertical-align:middle;opacity:.72;white-space:nowrap",
    "picture": f"display:block;width:100%;height:auto;border:{_LINE}",
    "receipt": f"margin:24px 0 0;padding:12px 0 0;border-top:{_LINE};font-size:13px;"
    "line-height:19px;opacity:.72",
    "label": "padding:2px 18px 2px 0;vertical-align:top;white-space:nowrap",
    "value": "padding:2px 0;vertical-align:top;word-break:break-word",
    "footer": f"margin:16px 0 0;padding:12px 0 0;border-top:{_LINE};font-size:12px;"
    "line-height:18px;opacity:.72",
    "state": "padding:3px 16px 3px 0;vertical-align:top;white-space:nowrap",
    "dot_good": f"{_DOT};background:#34a853",
    "dot_bad": f"{_DOT};background:#d93025",
    "dot_busy": f"{_DOT};background:{_AMBER}",
    "dot_idle": f"{_DOT};background:{_GREY}",
    "example": f"margin:2px 0 0;padding-left:10px;border-left:3px solid {_GREY};opacity:.85",
    "offer": "margin:14px 0 0",
}
