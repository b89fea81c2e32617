"""How mails look: inline CSS by tag and by part.

No colour is set for words and grounds, so that every mail program's light and dark theme stays in
charge; what should be quiet is made so by opacity, lines are a grey that shows on both.
"""

_LINE = "1px solid #9aa0a6"
_FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

STYLE = {
    "p": "margin:0 0 12px",
    "h3": "font-size:17px;line-height:24px;margin:20px 0 8px",
    "h4": "font-size:15px;line-height:22px;margin:16px 0 6px",
    "ul": "margin:0 0 12px;padding-left:22px",
    "ol": "margin:0 0 12px;padding-left:26px",
    "li": "margin:0 0 4px",
    "blockquote": f"margin:0 0 12px;padding-left:12px;border-left:3px solid #9aa0a6",
    "pre": f"margin:0 0 12px;padding:8px 12px;border:{_LINE};white-space:pre-wrap;font-size:13px",
    "code": "font-family:Menlo,Consolas,monospace",
    "hr": f"border:0;border-top:{_LINE};margin:16px 0",
    "table": "border-collapse:collapse;margin:0 0 14px",
    "th": f"padding:4px 16px 4px 0;border-bottom:2px solid #9aa0a6;vertical-align:bottom",
    "td": f"padding:4px 16px 4px 0;border-bottom:{_LINE};vertical-align:top",
}
