"""The sandbox's signature under ID tokens, and the certificate to check it with.

RS256, as Google's: `google.oauth2.id_token.verify_token` accepts it with `certs_url` pointing here.
"""

from collections.abc import Mapping
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt
from pydantic import JsonValue

from sampark.sandbox.store import Mailbox

ISSUER = "https://accounts.google.com"

_KEY_ID = "sandbox-1"
_LIVES = timedelta(days=3650)
_TOKEN_SECONDS = 3600


def signed(box: Mailbox, claims: Mapping[str, JsonValue]) -> str:
    """Return an ID token of these claims, issued now, good for an hour."""
    now = int(box.now.timestamp())
    payload = {"iss": ISSUER, "iat": now, "exp": now + _TOKEN_SECONDS, **claims}
    signer = crypt.RSASigner.from_string(_private(box), _KEY_ID)
    return jwt.encode(signer, payload, key_id=_KEY_ID).decode("ascii")


def certificates(box: Mailbox) -> dict[str, str]:
    """Return the X.509 certificates by key id, as https://www.googleapis.com/oauth2/v1/certs."""
    key = serialization.load_pem_private_key(_private(box).encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gmail sandbox")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(box.now - timedelta(days=1))
        .not_valid_after(box.now + _LIVES)
        .sign(key, hashes.SHA256())
    )
    return {_KEY_ID: certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")}


def _private(box: Mailbox) -> str:
    """The key in PEM; made when it is first needed, which takes a tenth of a second."""
    row = box.db.execute("SELECT pem FROM signing_keys WHERE id = ?", (_KEY_ID,)).fetchone()
    if row is not None:
        return str(row[0])
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode("ascii")
    box.db.execute("INSERT INTO signing_keys VALUES (?, ?)", (_KEY_ID, pem))
    return pem
