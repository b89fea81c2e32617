import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id

from dashboards.mount import document_of

SECRET, OTHER = b"secret", b"other"


def token(secret: bytes, *, inner: bytes | None = None) -> tuple[str, str]:
    document = generate_session_id(secret_key=inner or secret, signed=True)
    return generate_jwt_token(document, secret_key=secret, signed=True), document


def test_our_own_token_names_its_document():
    made, document = token(SECRET)
    assert document_of(made, SECRET) == document


def test_other_tokens_name_nothing():
    made, document = token(SECRET)
    foreign, _ = token(OTHER)
    wrapped, _ = token(SECRET, inner=OTHER)
    unsigned = generate_jwt_token(document, signed=False)  # pyright: ignore[reportArgumentType]
    for wrong in (foreign, wrapped, unsigned, made[:-1], made.replace(".", "!", 1), f"x{made}"):
        assert document_of(wrong, SECRET) is None


@pytest.mark.parametrize("rubbish", ["", ".", "..", "a.b", "ü.ü", "e30.x", "%00", "a" * 100_000])
def test_rubbish_names_nothing(rubbish: str):
    assert document_of(rubbish, SECRET) is None
