"""The process that reads uploads: `python -m mac_core.runs.reader_process DESCRIPTOR`, owned by an `UploadReader`.

It imports the reading code once and forks a process per file, which can use so much memory and so many seconds and no more: the
system ends it, whatever it is stuck in. A request is a socket, passed over the one whose descriptor is given; over it come
a header and the file's bytes, and go a header and the table's. No file is written, nothing is pickled.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import sys
from typing import Any

from mac_core.runs.own_process import log_fault

__all__ = ["main", "receive", "send"]

_HEADER = 8
_NICENESS = 5
_PIECE = 2**20


def main() -> None:
    """Import what reading needs, and fork for every request until the owner has gone."""
    import openpyxl  # noqa: F401

    import mac_core.data.reading
    import mac_core.runs.tables  # noqa: F401

    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the children
    while True:
        message, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            status = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                with socket.socket(fileno=handles[0]) as connection:
                    _serve(connection)
                status = 0
            finally:
                os._exit(status)  # never back into the loop
        os.close(handles[0])


def send(connection: socket.socket, header: dict[str, Any], *parts: bytes) -> None:
    """Send a header and the parts whose lengths it gets."""
    content = json.dumps({**header, "lengths": [len(part) for part in parts]}).encode()
    connection.sendall(len(content).to_bytes(_HEADER, "big"))
    for part in (content, *parts):
        connection.sendall(part)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[bytes]]:
    """Receive what `send` sent.

    Raises
    ------
    EOFError
        If the other side has gone before it was done.
    """
    header: dict[str, Any] = json.loads(_exactly(connection, int.from_bytes(_exactly(connection, _HEADER), "big")))
    return header, [_exactly(connection, length) for length in header["lengths"]]


def _exactly(connection: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    view, filled = memoryview(buffer), 0
    while filled < length:
        count = connection.recv_into(view[filled : filled + _PIECE])
        if count == 0:
            raise EOFError
        filled += count
    return bytes(buffer)


def _serve(connection: socket.socket) -> None:
    from mac_core.data.reading import read_table
    from mac_core.errors import InputError
    from mac_core.runs.tables import pack

    asked, (content,) = receive(connection)
    _limit(asked.pop("megabytes"), asked.pop("seconds"))
    del asked["lengths"]
    try:
        table = read_table(content, **asked)
        del content
        packed = pack(table)
    except InputError as error:
        send(connection, {"refused": [error.code, error.message, list(error.place), error.fix]})
    except Exception as error:
        if _is_out_of_memory(error):
            send(connection, {"stopped": "upload_memory"})
            return
        send(connection, {"fault": log_fault("reading", error)})
    else:
        send(connection, {"body": packed.body}, packed.frame, packed.lines)


def _is_out_of_memory(error: Exception) -> bool:
    import pyarrow as pa

    # Arrow has no name for what C++ throws when no memory, or no thread, is to be had.
    nameless = type(error) is pa.ArrowException
    return (
        nameless
        or isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.EAGAIN))
    )


def _limit(megabytes: int, seconds: float) -> None:
    """Allow this process so much further memory, and so long. No handler: the system acts even inside a library's loop."""
    import resource

    os.nice(_NICENESS)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    pages = 0
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[0])
    # Where the system does not keep such a limit (macOS), the time limit alone stands.
    with contextlib.suppress(OSError, ValueError):
        most = megabytes * 2**20 + pages * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
