"""Files of tasks, by their SHA-256, sealed."""

import hashlib

from sampark.domain.base import TaskId
from sampark.storage.repository import Repository, missing
from sampark.storage.tables.tasks import BlobsTable


class Blobs(Repository):
    """Files, each kept once for a task and readable only through that task."""

    def put(self, task_id: TaskId, content: bytes) -> str:
        """Keep content for a task and return its SHA-256 (64 hex); again is the same as once."""
        sha256 = hashlib.sha256(content).hexdigest()
        index = self._index(sha256)
        about = BlobsTable.cell("content", task_id, index)
        sealed = self._vault.seal(content, about=about)
        with self._database.write() as session:
            row = BlobsTable(task=task_id, content_index=index, content=sealed)
            self._database.add(session, row)
        return sha256

    def get(self, task_id: TaskId, sha256: str) -> bytes:
        """Return content that this task keeps; raises StoreError if it keeps none of that hash."""
        with self._database.read() as session:
            row = session.get(BlobsTable, (task_id, self._index(sha256)))
            if row is None:
                raise missing(f"file of task {task_id} with the SHA-256", sha256)
            return row.unseal(self._vault, "content")

    def _index(self, sha256: str) -> str:
        return self._vault.index(sha256, about=("blobs", "content_index"))
