import pytest

from sampark.reply.references import UnsafeReply, refuse_remote, remote_references

HOSTS = {"docs.example.com"}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<img src="https://evil.com/p.gif">', "img src"),
        ('<img src="cid:a" srcset="//evil.com/p">', "img srcset"),
        ('<td background="//evil.com/p">', "td background"),
        ('<p style="background:url(//evil.com)">', "p style"),
        ('<p style="background:\\75rl">', "p style"),
        ("<script>x</script>", "script"),
        ('<link rel="stylesheet" href="x">', "link"),
        ('<meta http-equiv="refresh" content="0;//evil.com">', "meta http-equiv"),
        ('<a href="http://docs.example.com/">', "a href"),
        ('<a href="https://docs.example.com/?d=1">', "a href"),
        ('<a href="https://docs.example.com\\@evil.com">', "a href"),
        ('<a href="https://u@docs.example.com/">', "a href"),
        ('<a href="https://evil.com/">', "a href"),
        ('<a href="cid:x">', "a href"),
        ("<p onclick=x>", "p onclick"),
        ("<!-- x -->", "comment of 3 characters"),
        ("<?x y?>", "instruction of 4 characters"),
        ("<![CDATA[x]]>", "declaration of 7 characters"),
    ],
)
def test_every_reference_is_found(html: str, found: str):
    assert remote_references(html, allowed_hosts=HOSTS)[0] == found


def test_pictures_of_the_mail_and_known_links_are_safe():
    html = '<!DOCTYPE html><p style="margin:0"><img src="cid:plan.png" alt="x"><a href="https://docs.example.com/a">'
    assert remote_references(html, allowed_hosts=HOSTS) == ()


def test_the_refusal_tells_where_but_not_what():
    with pytest.raises(UnsafeReply) as refusal:
        refuse_remote('<img src="https://evil.com/secret">')
    assert str(refusal.value) == (
        "The answer's HTML holds a remote reference (img src). "
        "It was not made. Report this: the sanitiser should have removed it."
    )
