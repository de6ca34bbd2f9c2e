"""Where things are kept: one private folder outside the code, and the key that signs model files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TextIO

__all__ = ["default_url", "log_file", "mac_home", "private_folder", "signing_key"]

_KEY_BYTES = 32
_LOG_BYTES = 1_000_000


def mac_home() -> Path:
    """Give the folder of everything that is kept: `MAC_HOME`, else the user's data folder; only its owner may enter it.

    Returns
    -------
    Path
        An existing folder.
    """
    chosen = os.environ.get("MAC_HOME")
    if chosen:
        return private_folder(Path(chosen).expanduser())
    from platformdirs import user_data_path

    return private_folder(user_data_path("mac-dashboard", appauthor=False))


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (mode 0700); leave the mode of one that exists tight as well."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def default_url() -> str:
    """Give the database's address: `MAC_DATABASE_URL`, else a SQLite file in `mac_home()`."""
    return os.environ.get("MAC_DATABASE_URL") or f"sqlite:///{(mac_home() / 'mac.db').as_posix()}"


def log_file(name: str) -> TextIO:
    """Open a log of a process of ours, to append to; only its owner may read it, and a long one is put aside first."""
    path = private_folder(mac_home() / "logs") / name
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w")


def signing_key() -> bytes:
    """Give the secret that signs model files; it is made once and never leaves `mac_home()`."""
    path = mac_home() / "signing.key"
    if not path.exists():
        # Written whole under another name, then linked: two processes that start together agree on one key, and a crash
        # leaves no half-written one.
        draft = path.with_name(f"signing.{secrets.token_hex(8)}.new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
