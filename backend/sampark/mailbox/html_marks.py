"""What the elements of mail programs mean: quotes, attributions, signatures, history."""

import re
from collections.abc import Mapping
from functools import lru_cache

from sampark.mailbox.html_style import declarations
from sampark.mailbox.lines import Mark

# A web mailer puts `x_` before the ids and classes of what it quotes.
_PREFIX = re.compile(r"(?:x_)+")
# Yahoo puts random characters around its class names.
_YAHOO = re.compile(r"(?:ydp[0-9a-f]{4,12})?(yahoo_quoted|signature)", re.IGNORECASE)

_SIGNATURE = re.compile(
    r"(?i)(?:gmail_signature(?:_prefix)?|moz-signature|applemailsignature|ms-outlook-mobile-signature|signature"
    r"|protonmail_signature_block(?:-\w{1,20})?|messagesignaturesection|zm-_id_-sgn1?|bloop_sign\w{0,40}"
    r"|composer_signature|cm_signature|mb_sig|email-signature|emailsignature|divsignature|ms-outlook-ios-signature"
    r"|front-signature|superhuman-signature|airmail-signature|js-signature|outlooksignature)$"
)
_HISTORY = re.compile(
    r"(?i)(?:divrplyfwdmsg|olk_src_body_section|mac_outlook_attribution_blockquote|zwchr"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|isreplycontent|originalmessage"
    r"|oriMsgHtmlSeperator|history_container|mcntmcntquoted|hmmessage-history|bloop_original_html|ecxoriginal"
    r"|replyforwardheader|rwxquoted|quotedmessage|skybriefquoted|outlookmessageheader|appendonsend"
    r"|ms-outlook-mobile-body-separator-line|original-content)$"
)
_FORWARDED = re.compile(r"(?i)(?:moz-forward-container|isforwardcontent|forwardedmessage)$")
_CONTAINER = re.compile(
    r"(?i)(?:gmail_quote(?:_container)?|protonmail_quote|yahoo_quoted\w{0,40}|zmail_extra"
    r"|messagereplysection|tutanota_quote|cm_quote|front-blockquote|missive_quote|hey-quote|nylas-quote"
    r"|mailbird_quote|reply[-_]?quote|quoted[-_]?(?:text|content|reply|message|mail)|mail[-_]?quote|email[-_]?quote"
    r"|tmail-quote|ue_quote|wmquote|quotedtext)$"
)
_ATTRIBUTION = re.compile(
    r"(?i)(?:gmail_attr|moz-cite-prefix|moz-email-headers-table|airmail_on|reply-intro|cite-prefix|hcite)$"
)
_ZIMBRA = {
    "__quoted_text__": Mark.CONTAINER,
    "__headers__": Mark.HISTORY,
    "__divider__": Mark.HISTORY,
}
_ZIMBRA_SIGNATURE = re.compile(r"(?i)__sig_(?:pre|post)__$")
# Word sets this line, in one of its two colours, above the headers of the mail that is answered.
_WORD_RULE = re.compile(r"solid\s*#?(?:e1e1e1|b5c4df)", re.IGNORECASE)


def mark_of(tag: str, attributes: Mapping[str, str]) -> Mark:
    """Return what an element of a mail says about the text in it.

    `CONTAINER` holds an attribution and a quote and may hold answers; `HISTORY` and `FORWARDED`
    hold from there to the end of the mail.
    """
    if tag == "includetail" or (tag == "div" and attributes.get("name", "").lower() == "quote"):
        return Mark.HISTORY
    if not attributes:
        return Mark.NONE
    marker = attributes.get("data-marker", "").lower()
    if marker in _ZIMBRA:
        return _ZIMBRA[marker]
    if _ZIMBRA_SIGNATURE.match(marker):
        return Mark.SIGNATURE
    for name in _names(attributes):
        mark = _named(name)
        if mark is not Mark.NONE:
            return mark
    return Mark.HISTORY if _is_word_header(tag, attributes) else Mark.NONE


@lru_cache(maxsize=1024)
def _named(name: str) -> Mark:
    """What an id or a class says."""
    for pattern, mark in (
        (_SIGNATURE, Mark.SIGNATURE),
        (_ATTRIBUTION, Mark.ATTRIBUTION),
        (_HISTORY, Mark.HISTORY),
        (_FORWARDED, Mark.FORWARDED),
        (_CONTAINER, Mark.CONTAINER),
    ):
        if pattern.match(name):
            return mark
    return Mark.NONE


def is_quote(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element quotes; without any border it only indents its writer's own words."""
    if tag != "blockquote":
        return False
    if attributes.get("type", "").lower() == "cite" or "cite" in attributes:
        return True
    if any(_CONTAINER.match(name) for name in _names(attributes)):
        return True
    style = declarations(attributes.get("style", ""))
    # Gmail indents with such a block quote when its writer presses the button for it.
    plain = style.get("border", "").startswith("none") or style.get("border") == "0"
    return not (plain and not any(side in style for side in ("border-left", "border-right")))


def _names(attributes: Mapping[str, str]) -> list[str]:
    """The id, the name and the classes of an element without the prefixes that programs add."""
    found = [
        attributes.get("id", ""),
        attributes.get("name", ""),
        *attributes.get("class", "").split()[:20],
    ]
    bare = [
        _PREFIX.sub("", name, count=1) if name.startswith("x_") else name for name in found if name
    ]
    return [match[1] if (match := _YAHOO.match(name)) else name for name in bare]


def _is_word_header(tag: str, attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style", "")
    return tag == "div" and "border-top" in style.lower() and _WORD_RULE.search(style) is not None
