"""Processes of our own beside the server's: how they are started, and how a fault in one is logged."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mac_core.runs.home import log_file

__all__ = ["log_fault", "start_process"]


def start_process(
    module: str, *arguments: str, log: str, environment: dict[str, str] | None = None, **options: Any
) -> subprocess.Popen[Any]:
    """Start `python -m module` as a process that outlives no limit of the server's: one thread, its own session, its own log.

    Parameters
    ----------
    module : str
        Found wherever the server itself was started.
    arguments : str
        Of its command line, which is public: no secret belongs there.
    log : str
        Name of the log file that takes what it prints, but for a standard output that is led elsewhere by `options`.
    environment : dict of str to str, optional
        Further variables.
    options
        Of `subprocess.Popen`.
    """
    root = str(Path(__file__).resolve().parents[2])
    with log_file(log) as stream:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
            stderr=stream,
            stdout=options.pop("stdout", stream),
            env={
                **os.environ,
                # Inner threads would multiply with the workers, and a process with threads must not fork.
                **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
                "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])),
                **(environment or {}),
            },
            # Ctrl-C is for the server, which then closes what this process reads from.
            start_new_session=True,
            **options,
        )


def log_fault(doing: str, error: BaseException) -> str:
    """Write a fault of this program to standard error, which is the process's log.

    Neither the error's words nor local variables are written: both may hold patients' values.

    Parameters
    ----------
    doing : str
        What was being done, such as "reading" or "job 4f".
    error : BaseException

    Returns
    -------
    str
        The number by which the fault is found in the log.
    """
    number = secrets.token_hex(4)
    frames = " < ".join(
        f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    now = datetime.now(UTC).isoformat()
    print(f"{now} error {number} {doing} {type(error).__qualname__}: {frames}", file=sys.stderr, flush=True)
    return number
