"""Uploads are read in a process of their own, with limits: a file made to burst, or to run for ever, cannot stop the server."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from mac_core.data.reading import read_table
from mac_core.data.table import PatientTable
from mac_core.errors import InputError, Place, refuse
from mac_core.runs.own_process import start_process
from mac_core.runs.reader_process import receive, send
from mac_core.runs.tables import Packed, unpack

__all__ = ["UploadReader", "upload_reader"]

_AT_ONCE = 2
_BACKSTOP_SECONDS = 10
# Without these, as on Windows, a file is read in the server's own process: its size, type and what it unpacks to are checked
# before, but neither memory nor time is limited.
_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class UploadReader:
    """Reads files for one server process.

    Parameters
    ----------
    megabytes : int
        Memory that reading one file may take; kept on Linux, not on macOS.
    seconds : float
        How long reading one file may take.

    Notes
    -----
    Thread-safe; two files are read at once, further ones wait. On systems without `fork` it reads in this process, without
    limits of memory and time.
    """

    def __init__(self, *, megabytes: int = 4096, seconds: float = 120) -> None:
        self._megabytes, self._seconds = megabytes, seconds
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def warm(self) -> None:
        """Start the process that reads, if it does not stand; returns at once, its imports go on by themselves."""
        if not _CAN_FORK:
            return
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._close()
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = start_process(
                    "mac_core.runs.reader_process",
                    str(theirs.fileno()),
                    log="reading.log",
                    # Other pools reserve a gigabyte of addresses, which would count as memory.
                    environment={"ARROW_DEFAULT_MEMORY_POOL": "system"},
                    stdin=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                )
            self._control = ours

    def read(
        self,
        content: bytes,
        *,
        name: str | None = None,
        sheet: str | None = None,
        answers: Mapping[str, str] | None = None,
        least_columns: int = 2,
    ) -> PatientTable:
        """Read a file's bytes, as `mac_core.data.reading.read_table` does.

        Raises
        ------
        InputError
            If they are not a table, or if reading them takes more memory or time than it may.
        """
        if not _CAN_FORK:
            return read_table(content, name=name, sheet=sheet, answers=answers, least_columns=least_columns)
        asked = {"name": name, "sheet": sheet, "answers": dict(answers or {}), "least_columns": least_columns}
        with self._turn:
            for _ in range(2):
                self.warm()
                process, began = self._process, time.monotonic()
                try:
                    return self._ask(content, asked)
                except (OSError, EOFError):
                    if time.monotonic() - began >= self._seconds:
                        raise refuse("upload_slow", seconds=f"{self._seconds:g}") from None
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        if process is not None:
                            process.wait(0.2)
                    if process is None or process.poll() is None:
                        break  # the file's own process ended, not the one that starts them
        raise refuse("upload_stopped")

    def _ask(self, content: bytes, asked: dict[str, Any]) -> PatientTable:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                if self._control is None:
                    raise EOFError
                socket.send_fds(self._control, [b"1"], [theirs.fileno()])
            ours.settimeout(self._seconds + _BACKSTOP_SECONDS)
            send(ours, {**asked, "megabytes": self._megabytes, "seconds": self._seconds}, content)
            said, parts = receive(ours)
        if "refused" in said:
            code, message, place, fix = said["refused"]
            raise InputError(code, message, Place(*place), fix)
        if "stopped" in said:
            raise refuse(said["stopped"], megabytes=f"{self._megabytes:,}")
        if "fault" in said:
            raise refuse("upload_fault", id=said["fault"])
        return unpack(Packed(said["body"], *parts))

    def close(self) -> None:
        """End the process; files that are being read are not waited for."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self._process.kill()
            self._process.wait()
            self._process = None


@cache
def upload_reader() -> UploadReader:
    """The reader of this server; it ends with it."""
    reader = UploadReader()
    atexit.register(reader.close)
    return reader
