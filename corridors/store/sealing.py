"""How are secrets kept? AES-256-GCM under one key of the installation, bound to the row they belong to."""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from corridors.errors import ConfigError, ForeignSeal

_NONCE_BYTES = 12


class Seal:
    """Seals and opens short secrets. The key is 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: str, bound_to: str) -> bytes:
        """Return `plain` encrypted; it opens only with the same `bound_to` ("table:row:column")."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain.encode(), bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Return what was sealed. Raises ForeignSeal when the key or the row is another one."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode()).decode()
        except InvalidTag as error:
            raise ForeignSeal(
                f"{bound_to} was sealed with another secret key; restore the key it was made with"
            ) from error


def installation_key(said: str | None, folder: Path) -> bytes:
    """Return the key `said` (base64 of 32 bytes), else the one in `folder`/secret.key, made at first use (mode 0600).

    Raises ConfigError when it is not 32 bytes.
    """
    path = folder / "secret.key"
    where = "CORRIDORS_SECRET_KEY" if said else str(path)
    text = said or _file_key(path)
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigError(f"{where}: is not a key; write 32 random bytes in base64")
    return key


def _file_key(path: Path) -> str:
    """Return the file's text; whoever comes first makes it, whole, and two who come together agree on one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(os.urandom(32)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii", errors="replace").strip()
