"""Processes of our own: started with one thread and their own log, and faults that say where, never what."""

from __future__ import annotations

import os
import subprocess

import pytest

from mac_core.runs.home import mac_home
from mac_core.runs.own_process import log_fault, start_process

ASKED = (
    "import os, sys, mac_core.errors; print(os.environ['OMP_NUM_THREADS'], os.environ['MORE']); "
    "print(os.getsid(0) == os.getpid()); print('said in the log', file=sys.stderr)"
)


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="sessions are of POSIX")
def test_a_process_has_one_thread_its_own_session_and_its_own_log(tmp_path):
    options = {"stdout": subprocess.PIPE, "text": True, "cwd": tmp_path}
    process = start_process("timeit", "-n1", "-r1", ASKED, log="asked.log", environment={"MORE": "too"}, **options)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and said.splitlines()[:2] == ["1 too", "True"]
    assert "said in the log" in (mac_home() / "logs" / "asked.log").read_text()


def test_a_fault_is_logged_by_number_and_place_without_words(capsys):
    def open_table(patient):
        raise ValueError(patient)

    try:
        open_table("Mrs Secret")
    except ValueError as error:
        number = log_fault("reading", error)
    (line,) = capsys.readouterr().err.splitlines()
    assert f"error {number} reading ValueError: test_own_process.py:" in line
    # The innermost call first; nothing of what it was about.
    assert line.index("open_table") < line.index("test_a_fault") and "Secret" not in line
