"""The vault: one key from one file, and AES-256-GCM bound to the very cell that a value lies in.

A sealed value reads `v1.<key id>.<nonce>.<ciphertext>`. Table, column, row id and key id are
authenticated with it, so a ciphertext copied into another row or column does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sampark.domain.base import canonical_json
from sampark.errors import KeyFileError, SealBroken

About = tuple[str, str, str]
"""The cell that a sealed value belongs to: table, column, row id."""

_VERSION = b"v1"
_HEADER = "sampark-key-v1"
_KEY_BYTES = 32
_NONCE_BYTES = 12  # 96 bits, as NIST SP 800-38D asks of random nonces
_NONCE_TEXT = 16
_KEY_ID_TEXT = 8
_LONGEST_HEAD = 64
_SURROGATES = "backslashreplace"  # a lone surrogate from a broken mail must not stop its intake


class Sealed(bytes):
    """Bytes that only a vault made: the one kind that a sealed column takes."""

    __slots__ = ()


class Vault:
    """Seals and unseals. Thread-safe. `path` is the key file, `key_id` names the key (8 hex).

    Random 96-bit nonces allow 2^32 seals under one key (NIST SP 800-38D, section 8.3).
    """

    def __init__(self, key: bytes, *, path: Path) -> None:
        self.path = path
        self.key_id = _derive(key, b"key id")[:4].hex()
        self._cipher = AESGCM(_derive(key, b"seal"))
        self._index_key = _derive(key, b"index")

    def __repr__(self) -> str:
        return f"Vault(path={str(self.path)!r}, key_id={self.key_id!r})"

    @classmethod
    def open(cls, key_file: Path, *, create: bool) -> "Vault":
        """Return the vault of that key file.

        Args:
            key_file: A file of one line, readable by its owner only.
            create: Make the file (0600, its folder 0700) if it is absent. Pass False when a
                database exists already, since a new key could not open it.

        Raises:
            KeyFileError: It is missing, readable by others, malformed or cannot be read.
        """
        try:
            if create and not key_file.exists():
                _create(key_file)
            return cls(_read(key_file), path=key_file)
        except OSError as error:
            raise KeyFileError(
                f"The key file {key_file} cannot be used: {error.strerror or error}.",
                fix="Check its path, owner and permissions.",
            ) from error

    def seal(self, plain: bytes, *, about: About) -> Sealed:
        """Return the plain bytes sealed for that cell: each time another value."""
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self.key_id.encode()
        ciphertext = self._cipher.encrypt(nonce, plain, _bound(about, self.key_id))
        head = base64.urlsafe_b64encode(nonce)
        return Sealed(b".".join((_VERSION, key_id, head, ciphertext)))

    def unseal(self, sealed: bytes, *, about: About) -> bytes:
        """Return the plain bytes that were sealed for that cell.

        Raises:
            SealBroken: It was changed, sealed for another cell or with another key, or never
                sealed at all. Nothing of the content is in the message.
        """
        nonce, ciphertext = self._cut(sealed, about)
        try:
            return self._cipher.decrypt(nonce, ciphertext, _bound(about, self.key_id))
        except InvalidTag as error:
            raise _broken(about, "it was changed, or copied from another place") from error

    def index(self, value: str, *, about: tuple[str, str]) -> str:
        """Return the blind index of a value (64 hex): equal values of one column are equal.

        It lets a row be found by a value that the database must not be able to guess.
        """
        message = canonical_json([*about, value]).encode(errors=_SURROGATES)
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()

    def _cut(self, sealed: bytes, about: About) -> tuple[bytes, memoryview]:
        # A mail's ciphertext may have 25 MB: its part of the whole is looked at, not copied.
        head = bytes(sealed[:_LONGEST_HEAD]).split(b".", 3)
        if len(head) != 4 or head[0] != _VERSION or len(head[2]) != _NONCE_TEXT:
            raise _broken(about, "it is not a sealed value")
        if head[1] != self.key_id.encode():
            raise _broken(about, f"it was sealed with another key than {self.key_id}")
        begin = sum(map(len, head[:3])) + 3
        try:
            nonce = base64.b64decode(head[2], altchars=b"-_", validate=True)
            return nonce, memoryview(sealed)[begin:]
        except binascii.Error as error:
            raise _broken(about, "it is not a sealed value") from error


def encode(text: str) -> bytes:
    """Return the bytes of a text for sealing; a lone surrogate becomes its escape."""
    return text.encode(errors=_SURROGATES)


def _derive(key: bytes, purpose: bytes) -> bytes:
    derivation = HKDF(hashes.SHA256(), length=_KEY_BYTES, salt=None, info=b"sampark " + purpose)
    return derivation.derive(key)


def _bound(about: About, key_id: str) -> bytes:
    return canonical_json([_VERSION.decode(), *about, key_id]).encode()


def _broken(about: About, why: str) -> SealBroken:
    table, column, row = about
    return SealBroken(
        f"The sealed value {table}.{column} of row {row} cannot be opened: {why}.",
        fix="Restore the database from a backup; do not edit sealed columns.",
    )


def _create(key_file: Path) -> None:
    """Write a new key. Whoever links first wins, so two first starts agree on one key."""
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(4)}")
    text = base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{_HEADER} {text}\n")
            file.flush()
            os.fsync(file.fileno())
        _link(draft, key_file)
    finally:
        draft.unlink()


def _link(draft: Path, key_file: Path) -> None:
    try:
        key_file.hardlink_to(draft)
    except FileExistsError:
        return
    folder = os.open(key_file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(key_file: Path) -> bytes:
    if not key_file.exists():
        raise KeyFileError(
            f"The key file {key_file} is missing.",
            fix="Put the key file of this store back; without it the stored mail cannot be read. "
            "To start anew, move the database away.",
        )
    _refuse_readable_by_others(key_file)
    match key_file.read_bytes().split():
        case [header, text] if header == _HEADER.encode():
            return _key(text, key_file)
        case _:
            raise _malformed(key_file)


def _refuse_readable_by_others(key_file: Path) -> None:
    info = key_file.stat()
    if not stat.S_ISREG(info.st_mode):
        raise KeyFileError(f"The key file {key_file} is not a file.", fix="Name a file.")
    if info.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(
            f"The key file {key_file} is open to others (mode {stat.S_IMODE(info.st_mode):04o}).",
            fix=f"Run: chmod 600 {key_file}",
        )


def _key(text: bytes, key_file: Path) -> bytes:
    try:
        key = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise _malformed(key_file) from error
    if len(key) != _KEY_BYTES:
        raise _malformed(key_file)
    return key


def _malformed(key_file: Path) -> KeyFileError:
    return KeyFileError(
        f"The key file {key_file} is malformed: it holds no {_HEADER} line.",
        fix="Put the key file of this store back from its copy.",
    )
