"""How the durable engine's values lie in its own tables: sealed, and opened only if untouched."""

import base64
import binascii
import pickle

from dbos import Serializer

from sampark.errors import SealBroken
from sampark.storage.vault import About, Vault

_ABOUT: About = ("engine", "value", "any")


class SealingSerializer(Serializer):
    """Pickles inside AES-256-GCM, for `DBOSConfig["serializer"]`. Authenticates, then unpickles.

    The engine does not say which row a value belongs to, so values of one store are
    exchangeable among themselves: they are secret and genuine, not bound to their place.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def name(self) -> str:
        """Return the name that the engine notes beside each value."""
        return "sampark_sealed"

    def serialize(self, data: object) -> str:
        """Return the value pickled, sealed, in base64."""
        return base64.b64encode(self._vault.seal(pickle.dumps(data), about=_ABOUT)).decode()

    def deserialize(self, serialized_data: str) -> object:
        """Return the value of a sealed text.

        Raises:
            SealBroken: It was not sealed by this vault, or was changed. Nothing was unpickled.
        """
        try:
            sealed = base64.b64decode(serialized_data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SealBroken(
                "A value of the durable engine is not sealed.",
                fix="Restore the engine's database from a backup.",
            ) from error
        return pickle.loads(self._vault.unseal(sealed, about=_ABOUT))  # noqa: S301
