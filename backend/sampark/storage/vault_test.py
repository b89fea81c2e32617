"""The vault: what it opens, what it refuses, and how its key file is guarded."""

import stat
import threading
from pathlib import Path

import pytest

from sampark.errors import KeyFileError, SealBroken
from sampark.storage.vault import Sealed, Vault

ABOUT = ("mails", "subject", '["a","b"]')


def test_seals_and_unseals(vault: Vault):
    sealed = vault.seal(b"secret words", about=ABOUT)
    assert isinstance(sealed, Sealed)
    assert vault.unseal(bytes(sealed), about=ABOUT) == b"secret words"
    assert b"secret" not in sealed


def test_form_is_version_key_nonce_ciphertext(vault: Vault):
    version, key_id, nonce, ciphertext = vault.seal(b"x", about=ABOUT).split(b".", 3)
    assert (version, key_id.decode(), len(nonce)) == (b"v1", vault.key_id, 16)
    assert len(ciphertext) == 1 + 16


def test_never_the_same_twice(vault: Vault):
    assert vault.seal(b"x", about=ABOUT) != vault.seal(b"x", about=ABOUT)


@pytest.mark.parametrize(
    "other",
    [
        ("tasks", "subject", '["a","b"]'),
        ("mails", "sender", '["a","b"]'),
        ("mails", "subject", '["a","c"]'),
        ("mails", 'subject","["a"', '"b"]'),
    ],
)
def test_opens_in_its_own_cell_only(vault: Vault, other: tuple[str, str, str]):
    sealed = vault.seal(b"secret words", about=ABOUT)
    with pytest.raises(SealBroken, match="copied from another place"):
        vault.unseal(sealed, about=other)


def test_every_changed_bit_is_noticed(vault: Vault):
    sealed = vault.seal(b"secret", about=ABOUT)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealBroken):
            vault.unseal(bytes(changed), about=ABOUT)


@pytest.mark.parametrize(
    "junk", [b"", b"plain words", b"v1..", b"v1.aaaaaaaa.????????????????.x", b"v2.a.b.c"]
)
def test_refuses_what_was_never_sealed(vault: Vault, junk: bytes):
    with pytest.raises(SealBroken) as caught:
        vault.unseal(junk, about=ABOUT)
    assert "plain words" not in str(caught.value)


def test_refuses_a_cut_value(vault: Vault):
    sealed = vault.seal(b"secret", about=ABOUT)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            vault.unseal(sealed[:length], about=ABOUT)


def test_another_key_does_not_open(vault: Vault, tmp_path: Path):
    other = Vault.open(tmp_path / "other", create=True)
    with pytest.raises(SealBroken, match="another key"):
        other.unseal(vault.seal(b"secret", about=ABOUT), about=ABOUT)


def test_index_is_equal_for_equal_values_of_one_column(vault: Vault):
    first = vault.index("a@b", about=("mails", "rfc_index"))
    assert first == vault.index("a@b", about=("mails", "rfc_index"))
    assert first != vault.index("a@b", about=("outbox", "rfc_index"))
    assert len(vault.index("\udcff\x00" * 9000, about=("mails", "rfc_index"))) == 64


def test_does_not_show_its_key(vault: Vault):
    assert vault.path.read_text().split()[1] not in repr(vault)


def test_makes_a_key_file_for_the_owner_only(tmp_path: Path):
    path = tmp_path / "new" / "sampark.key"
    first = Vault.open(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["sampark.key"]
    assert Vault.open(path, create=True).key_id == first.key_id
    assert Vault.open(path, create=False).key_id == first.key_id


def test_two_first_starts_agree_on_one_key(tmp_path: Path):
    path = tmp_path / "sampark.key"
    keys: list[str] = []
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait()
        keys.append(Vault.open(path, create=True).key_id)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_refuses_a_missing_file(tmp_path: Path):
    path = tmp_path / "gone.key"
    with pytest.raises(KeyFileError, match=r"gone\.key is missing") as caught:
        Vault.open(path, create=False)
    assert "back" in caught.value.fix
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o755])
def test_refuses_a_file_open_to_others(tmp_path: Path, mode: int):
    path = tmp_path / "sampark.key"
    Vault.open(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=f"mode {mode:04o}") as caught:
        Vault.open(path, create=False)
    assert caught.value.fix == f"Run: chmod 600 {path}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"sampark-key-v1",
        b"sampark-key-v1 tooshort",
        b"sampark-key-v1 " + b"A" * 43,
        b"sampark-key-v1 " + b"A" * 40 + b"\n",
        b"other " + b"A" * 43 + b"=\n",
        b"sampark-key-v1 " + b"!" * 43 + b"=\n",
    ],
)
def test_refuses_a_malformed_file(tmp_path: Path, content: bytes):
    path = tmp_path / "sampark.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="malformed"):
        Vault.open(path, create=True)
    assert path.read_bytes() == content


def test_refuses_a_folder(tmp_path: Path):
    with pytest.raises(KeyFileError, match="not a file"):
        Vault.open(tmp_path, create=True)


def test_refuses_a_path_through_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(KeyFileError, match="cannot be used"):
        Vault.open(tmp_path / "file" / "sampark.key", create=True)
