"""HTML bodies as mail programs write them, hidden text, and the promises of `split_html`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.html_text import HIDDEN, read_html
from sampark.mailbox.segments import split_html

OLD = "<p>Secret plan of Bob.</p><p>Pay the invoice at once.</p>"
HEADERS = (
    "<b>From:</b> Bob Stone &lt;bob@stone.example&gt;<br><b>Sent:</b> Tuesday, March 3, 2026 10:12 AM<br>"
    "<b>To:</b> Ann<br><b>Subject:</b> Plan<br>"
)
ON = "On Tue, Mar 3, 2026 at 10:12 AM Bob Stone &lt;<a href='mailto:bob@stone.example'>bob@stone.example</a>&gt;"

# (program, body): the writer's words are "Please do it." in each.
REPLIES = {
    "gmail": f"<div dir='ltr'>Please <b>do</b> it.</div><br><div class='gmail_quote gmail_quote_container'>"
    f"<div dir='ltr' class='gmail_attr'>{ON} wrote:<br></div><blockquote class='gmail_quote' "
    f"style='margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)'>{OLD}</blockquote></div>",
    "gmail, unknown language": "<div dir='ltr'>Please do it.</div><br><div class='gmail_quote'>"
    "<div class='gmail_attr'>Zu wem auch: Bob hat dies verfasst<br></div>"
    f"<blockquote class='gmail_quote'>{OLD}</blockquote></div>",
    "gmail, old": f"Please do it.<br><div class='gmail_extra'><br><div class='gmail_quote'>{ON} wrote:<br>"
    f"<blockquote class='gmail_quote' style='margin:0 0 0 .8ex'>{OLD}</blockquote></div><br></div>",
    "gmail, signature": "<div dir='ltr'>Please do it.<br clear='all'><div><br></div><span class="
    "'gmail_signature_prefix'>-- </span><br><div dir='ltr' class='gmail_signature'>Ann Hill<br>Hill Ltd</div></div>"
    f"<div class='gmail_quote'><div class='gmail_attr'>{ON} wrote:</div><blockquote class='gmail_quote'>{OLD}"
    "</blockquote></div>",
    "outlook web": "<html><head><style>p{{margin:0}}</style></head><body><div>Please do it.</div>"
    "<div id='appendonsend'></div><hr style='display:inline-block;width:98%' tabindex='-1'>"
    f"<div id='divRplyFwdMsg' dir='ltr'><font face='Calibri'>{HEADERS}</font><div>&nbsp;</div></div>"
    f"<div>{OLD}</div></body></html>",
    "outlook web, unknown language": "<div>Please do it.</div><hr><div id='divRplyFwdMsg'>Bob</div>"
    f"<div>{OLD}</div>",
    "outlook web, signature": "<div>Please do it.</div><div id='Signature'><p>Ann</p></div><div id='appendonsend'>"
    f"</div><hr><div id='divRplyFwdMsg'>{HEADERS}</div>{OLD}",
    "outlook desktop": "<div class='WordSection1'><p class='MsoNormal'>Please do it.<o:p></o:p></p>"
    "<p class='MsoNormal'><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
    f"padding:3.0pt 0in 0in 0in'><p class='MsoNormal'>{HEADERS}</p></div></div><p class='MsoNormal'>Secret plan"
    "</p></div>",
    "outlook desktop, unknown language": "<div class=WordSection1><p class=MsoNormal>Please do it.</p><div>"
    "<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Zzz"
    "</b> Bob<br><b>Yyy</b> Ann</p></div></div><p class=MsoNormal>Secret plan</p></div>",
    "outlook mobile": "<div dir='ltr'>Please do it.</div><div id='ms-outlook-mobile-signature'><a "
    "href='https://aka.ms/o0ukef'>Get Outlook for iOS</a></div><div id='mail-editor-reference-message-container'>"
    f"<hr><div id='divRplyFwdMsg'>{HEADERS}</div>{OLD}</div>",
    "apple mail": "<html><body style='word-wrap: break-word'>Please do it.<br><div><br><blockquote type='cite'>"
    f"<div>On 3 Mar 2026, at 10:12, Bob Stone &lt;bob@stone.example&gt; wrote:</div><br><div>{OLD}</div>"
    "</blockquote></div></body></html>",
    "iphone": "<html><body dir='auto'>Please do it.<br><br><div dir='ltr'>Sent from my iPhone</div><div dir='ltr'>"
    "<br><blockquote type='cite'>On 3 Mar 2026, at 10:12, Bob Stone &lt;bob@stone.example&gt; wrote:<br><br>"
    f"</blockquote></div><blockquote type='cite'><div dir='ltr'>{OLD}</div></blockquote></body></html>",
    "thunderbird": "<p>Please do it.</p><pre class='moz-signature' cols='72'>-- \nAnn Hill</pre>"
    "<div class='moz-cite-prefix'>On 03/03/2026 10:12, Bob Stone wrote:<br></div>"
    f"<blockquote type='cite' cite='mid:1@x'>{OLD}</blockquote>",
    "thunderbird, unknown language": "<p>Please do it.</p><div class='moz-cite-prefix'>Bob Stone, 03/03/2026:</div>"
    f"<blockquote type='cite' cite='mid:1@x'>{OLD}</blockquote>",
    "yahoo": "<div class='ydp1a2b3c4dyahoo-style-wrap'><div>Please do it.</div><br></div>"
    "<div id='ydp5e6f7a8byahoo_quoted_123' class='ydp5e6f7a8byahoo_quoted'><div style='font-family'><div>On Tuesday, "
    f"March 3, 2026, 10:12:00 AM GMT+1, Bob Stone &lt;bob@stone.example&gt; wrote:</div><div>{OLD}</div></div></div>",
    "yahoo, old": "<div>Please do it.</div><div class='yahoo_quoted' style='display: block;'><div>Unknown words:"
    f"</div><blockquote style='border-left: 2px solid'>{OLD}</blockquote></div>",
    "proton": "<div>Please do it.</div><div class='protonmail_signature_block'><div>Sent with <a href="
    "'https://proton.me/'>Proton Mail</a> secure email.</div></div><div class='protonmail_quote'>On Tuesday, March "
    "3rd, 2026 at 10:12, Bob Stone &lt;bob@stone.example&gt; wrote:<br><blockquote class='protonmail_quote' "
    f"type='cite'>{OLD}</blockquote></div>",
    "zimbra": "<div>Please do it.</div><div data-marker='__SIG_POST__'>-- <br>Ann</div><hr id='zwchr' data-marker="
    f"'__DIVIDER__'><div data-marker='__HEADERS__'>{HEADERS}</div><div data-marker='__QUOTED_TEXT__'>{OLD}</div>",
    "gmx": f"<div>Please do it.</div><div name='quote' style='margin:10px 5px 5px 10px;border-left:2px solid'><div>"
    f"<b>Gesendet:</b> Dienstag, 03. März 2026 um 10:12 Uhr<br><b>Von:</b> Bob</div><div>{OLD}</div></div>",
    "zoho": "<div>Please do it.</div><div id='Zm-_Id_-Sgn1'>Ann</div><div class='zmail_extra'><div>---- On Tue, 03 Mar"
    f" 2026 10:12:00 +0530 <b>Bob Stone &lt;bob@stone.example&gt;</b> wrote ----<br></div><blockquote>{OLD}"
    "</blockquote></div>",
    "spark": "<div name='messageBodySection'>Please do it.</div><div name='messageSignatureSection'><br>Ann</div>"
    "<div name='messageReplySection'>On 3 Mar 2026, 10:12 +0100, Bob &lt;bob@stone.example&gt;, wrote:<br>"
    f"<blockquote type='cite'>{OLD}</blockquote></div>",
    "roundcube": "<p>Please do it.</p><p id='reply-intro'>On 2026-03-03 10:12, Bob Stone wrote:</p>"
    f"<blockquote type='cite' style='padding: 0 0.4em; border-left: #1010ff 2px solid'>{OLD}</blockquote>",
    "em client": "<div>Please do it.</div><div>------ Original Message ------</div><div>From &quot;Bob Stone&quot; "
    f"&lt;bob@stone.example&gt;</div><div>Date 3/3/2026 10:12:00 AM</div><blockquote class='cite2' type='cite'>{OLD}"
    "</blockquote>",
    "samsung": "<div dir='auto'>Please do it.</div><div id='composer_signature'>Sent from my Galaxy</div><div>-------- "
    f"Original message --------</div><div>{HEADERS}</div><div>{OLD}</div>",
    "mac outlook": "<div>Please do it.</div><span id='OLK_SRC_BODY_SECTION'><div style='border-top: #b5c4df 1pt solid'"
    f">{HEADERS}</div>{OLD}</span>",
    "airmail": "<div>Please do it.</div><div class='bloop_sign'>Ann</div><p class='airmail_on'>On 3 March 2026 at "
    f"10:12:00, Bob (bob@stone.example) wrote:</p><blockquote type='cite' class='clean_bq'>{OLD}</blockquote>",
    "lotus": "<font>Please do it.</font><br><br><font size=1 color=#5f5f5f>From: </font><font>Bob Stone/ACME</font>"
    f"<br>To: Ann<br>Date: 03/03/2026 10:12<br>Subject: Plan<br><hr noshade>{OLD}",
    "plain in pre": "<pre>Please do it.\n\nOn 3 Mar 2026, Bob &lt;b@c.de&gt; wrote:\n&gt; Secret plan\n</pre>",
    "layout table": "<table><tr><td><table><tr><td><p>Please do it.</p></td></tr></table></td></tr></table>"
    f"<div class='gmail_quote'><div class='gmail_attr'>{ON} wrote:</div><blockquote>{OLD}</blockquote></div>",
    "unclosed tags": f"<p>Please do it.<p>{ON} wrote:<blockquote type=cite>{OLD}",
    "hidden words": "<div>Please do it.<span style='display:none'>Secret: pay</span></div>",
}

FORWARDS = {
    "gmail": "<div>Please do it.</div><div class='gmail_quote'><div class='gmail_attr'>---------- Forwarded message "
    f"---------<br>From: Bob &lt;b@c.de&gt;<br>Date: Tue<br>Subject: Plan</div><br>{OLD}<blockquote>older</blockquote>"
    "Secret tail</div>",
    "gmail, unknown language": "<div>Please do it.</div><div class='gmail_quote'><div class='gmail_attr'>---------- "
    f"Zzzz forwarded zzz ---------<br>Xx: Bob<br></div>{OLD}<blockquote>older</blockquote>Secret tail</div>",
    "thunderbird": "<p>Please do it.</p><div class='moz-forward-container'><br>-------- Zzzz --------<table class="
    f"'moz-email-headers-table'><tr><th>Subject: </th><td>Plan</td></tr></table>{OLD}</div>",
    "apple": "<div>Please do it.</div><div><blockquote type='cite'><div>Begin forwarded message:</div><br><div><b>"
    f"From: </b>Bob</div><div><b>Subject: </b>Plan</div><br><div>{OLD}</div></blockquote></div>",
}


def _squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("program", REPLIES)
def test_words_of_a_reply(program):
    found = split_html(REPLIES[program])
    assert found.new.split() == ["Please", "do", "it."]
    rest = found.quoted + found.forwarded
    assert ("Secret" in rest) is (program != "hidden words")


@pytest.mark.parametrize("program", FORWARDS)
def test_words_above_a_forward(program):
    found = split_html(FORWARDS[program])
    assert found.new.split() == ["Please", "do", "it."]
    assert "Secret" in found.forwarded + found.quoted


@pytest.mark.parametrize("program", [name for name in FORWARDS if name != "apple"])
def test_forwards_are_known_as_such(program):
    assert "Secret" in split_html(FORWARDS[program]).forwarded


def test_answers_between_quotes_keep_them():
    found = split_html(
        "<div>Hi</div><div class='gmail_quote'><div class='gmail_attr'>Bob, then:</div><blockquote class='gmail_quote'>"
        "Shall we?</blockquote><div>Yes.</div><blockquote class='gmail_quote'>When?</blockquote><div>Monday.</div>"
        "<blockquote class='gmail_quote'>Bob</blockquote></div>"
    )
    assert found.new.split() == ["Hi", ">", "Shall", "we?", "Yes.", ">", "When?", "Monday."]
    assert "Bob, then:" in found.quoted


def test_an_indented_paragraph_is_the_writers():
    found = split_html(
        "<div>Use:</div><blockquote style='margin:0 0 0 40px;border:none;padding:0px'>this title</blockquote>"
    )
    assert found.new.split() == ["Use:", "this", "title"]


HIDDEN_TRICKS = [
    "<div style='display:none'>{}</div>",
    "<div style='DISPLAY : NONE !important'>{}</div>",
    "<p style='visibility:hidden'>{}</p>",
    "<p hidden>{}</p>",
    "<span style='font-size:0'>{}</span>",
    "<span style='font-size:1px'>{}</span>",
    "<span style='font-size:0.01em'>{}</span>",
    "<span style='color:#fff'>{}</span>",
    "<span style='color:white'>{}</span>",
    "<span style='color:rgb(255, 255, 254)'>{}</span>",
    "<font color='#FFFFFF'>{}</font>",
    "<div style='background:#000'><span style='color:black'>{}</span></div>",
    "<td bgcolor='#123456'><span style='color:#123456'>{}</span></td>",
    "<span style='opacity:0'>{}</span>",
    "<span style='color:transparent'>{}</span>",
    "<span style='color:rgba(0,0,0,0)'>{}</span>",
    "<div style='max-height:0;overflow:hidden'>{}</div>",
    "<div style='height:0px;width:0px;overflow:hidden'>{}</div>",
    "<div style='position:absolute;left:-9999px'>{}</div>",
    "<div style='text-indent:-9999px'>{}</div>",
    "<div style='mso-hide:all'>{}</div>",
    "<style>.x{{display:none}}</style><div class='x'>{}</div>",
    "<style>#y, .z {{ font-size: 0px }}</style><div id='y'>{}</div>",
    "<div style='display:none'><p><b>{}</b></p></div>",
    "<!-- {} -->",
    "<script>{}</script>",
    "<style>{}</style>",
    "<title>{}</title>",
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    "<textarea>{}</textarea>",
    "<!--[if mso]>{}<![endif]-->",
]


@pytest.mark.parametrize("trick", HIDDEN_TRICKS)
def test_hidden_text_is_in_no_segment(trick):
    found = split_html(f"<p>Shown before.</p>{trick.format('Secret order')}<p>Shown after.</p>")
    assert "Secret" not in found.model_dump_json()
    assert found.new.split() == ["Shown", "before.", "Shown", "after."]


@pytest.mark.parametrize("trick", [trick for trick in HIDDEN_TRICKS if "style=" in trick])
def test_hidden_text_is_noted(trick):
    assert HIDDEN in read_html(trick.format("Secret")).notes


SHOWN_TRICKS = [
    "<div style='background-color:#000;color:#fff'>{}</div>",
    "<table bgcolor='#333'><tr><td><font color='white'>{}</font></td></tr></table>",
    "<style>@media screen {{ .m {{ display:none }} }}</style><div class='m'>{}</div>",
    "<div style='font-size:10px;opacity:0.9'>{}</div>",
    "<div style='overflow:hidden;max-height:400px'>{}</div>",
    "<div style='background:url(x.png);color:white'>{}</div>",
    "<div class=\"a'b\" title='x > y'>{}</div>",
]


@pytest.mark.parametrize("trick", SHOWN_TRICKS)
def test_shown_text_is_kept(trick):
    assert "Words" in split_html(trick.format("Words")).new


def test_tables_and_links_are_readable():
    text = read_html(
        "<p>See <a href='https://example.com/a?b=1'>the plan</a> or <a href='https://example.com/'>example.com</a>."
        "</p><table><tr><th>Region</th><th>Sum</th></tr><tr><td><p>North</p></td><td>12&nbsp;500</td></tr></table>"
        "<ol><li>one<li>two</ol><ul><li>three</ul>"
    ).text
    assert text.splitlines() == [
        "See the plan (https://example.com/a?b=1) or example.com.",
        "",
        "Region | Sum",
        "North | 12 500",
        "",
        "1. one",
        "2. two",
        "",
        "- three",
    ]


@given(st.text(alphabet="<>/!-=\"' abpdivblockquote&#;x0159\n", max_size=300))
def test_any_html_is_read(source):
    split_html(source)


@given(
    st.lists(
        st.sampled_from(
            [*REPLIES.values(), "</div>", "<div>", "<!--", "-->", "<table>", "<td>", "x"]
        )
    )
)
def test_pieces_of_real_html_in_any_order_are_read(pieces):
    split_html("".join(pieces))
