"""The engine's serializer: secret, genuine, and nothing is unpickled before that is known."""

import base64
import pickle
from pathlib import Path

import pytest

from sampark.domain.base import AccountId, GmailId
from sampark.domain.mail import MailRef
from sampark.errors import CursorExpired, SealBroken
from sampark.storage.serializer import SealingSerializer
from sampark.storage.vault import Vault


class Bomb:
    """Unpickling it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_there_and_back(vault: Vault):
    serializer = SealingSerializer(vault)
    ref = MailRef(account=AccountId("a@b"), gmail_id=GmailId("g1"))
    told = {"args": (ref, 1), "kwargs": {"words": "secret"}}
    sealed = serializer.serialize(told)
    assert serializer.deserialize(sealed) == told
    assert b"secret" not in base64.b64decode(sealed)


def test_errors_keep_their_fix(vault: Vault):
    serializer = SealingSerializer(vault)
    error = CursorExpired("The cursor 7 is too old.", fix="Resynchronise.")
    back = serializer.deserialize(serializer.serialize(error))
    assert isinstance(back, CursorExpired)
    assert (str(back), back.fix) == (str(error), error.fix)


def test_a_plain_pickle_is_never_opened(vault: Vault, tmp_path: Path):
    mark = tmp_path / "opened"
    plain = base64.b64encode(pickle.dumps(Bomb(mark))).decode()
    with pytest.raises(SealBroken):
        SealingSerializer(vault).deserialize(plain)
    assert not mark.exists()


def test_a_value_of_another_key_is_never_opened(vault: Vault, tmp_path: Path):
    mark = tmp_path / "opened"
    other = SealingSerializer(Vault.open(tmp_path / "other.key", create=True))
    sealed = other.serialize(Bomb(mark))
    with pytest.raises(SealBroken):
        SealingSerializer(vault).deserialize(sealed)
    assert not mark.exists()


def test_a_sealed_cell_of_the_store_is_no_value(vault: Vault, tmp_path: Path):
    mark = tmp_path / "opened"
    cell = vault.seal(pickle.dumps(Bomb(mark)), about=("blobs", "content", '["t","i"]'))
    with pytest.raises(SealBroken):
        SealingSerializer(vault).deserialize(base64.b64encode(cell).decode())
    assert not mark.exists()


@pytest.mark.parametrize("junk", ["", "plain", "é", "{}", "AAAA", "v1.a.b.c"])
def test_junk_is_refused(vault: Vault, junk: str):
    with pytest.raises(SealBroken):
        SealingSerializer(vault).deserialize(junk)
