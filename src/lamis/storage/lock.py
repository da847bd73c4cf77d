"""One serving process per SQLite file, held by a lock that dies with its process."""

import fcntl
import os
from pathlib import Path

from lamis.base.errors import Conflict


class ServingLock:
    """Held while a process serves a data folder. Raises Conflict when another one does already."""

    def __init__(self, data_dir: Path) -> None:
        self._handle = os.open(data_dir / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise Conflict(
                f"Another LAMIS process already serves {data_dir}; stop it, or set LAMIS_DATA_DIR."
            ) from error

    def release(self) -> None:
        os.close(self._handle)
