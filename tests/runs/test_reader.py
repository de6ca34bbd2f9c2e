"""Uploads are read in a process of their own: the same table, and no file can take the server's memory or time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from mac_core.data.examples import example_bytes
from mac_core.data.reading import read_table
from mac_core.errors import InputError, refuse
from mac_core.runs.reader import UploadReader, upload_reader
from tests.data.cases.files import CELLS, workbook

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork, files are read in the server's own process")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited, and processes are listed, on Linux")


@pytest.fixture
def reader() -> Iterator[UploadReader]:
    made = UploadReader(megabytes=60, seconds=60)
    yield made
    made.close()


def refused(reader: UploadReader, content: bytes, **options: object) -> InputError:
    with pytest.raises(InputError) as error:
        reader.read(content, **options)
    return error.value


def test_the_table_is_the_same_and_limits_are_one_sentence(reader):
    raw = example_bytes("indo_rct")
    there, here = reader.read(raw, name="trial.csv"), read_table(raw, name="trial.csv")
    pd.testing.assert_frame_equal(there.frame, here.frame)
    assert (there.lines == here.lines).all() and there.sha256 == here.sha256 and there.name == here.name
    assert (there.schema, there.notices) == (here.schema, here.notices)
    answered = reader.read(b"age,x\n40,999\n51,2\n62,3\n57,4\n", answers={"sentinel": "missing"})
    assert answered.frame["x"].isna().sum() == 1 and answered.answers == {"sentinel": "missing"}
    book = reader.read(workbook(("A", CELLS), ("B", [["x", "y"], *([i, i % 3] for i in range(30))])), sheet="B")
    assert book.schema.names == ("x", "y")
    assert reader.read(b"age\n40\n50\n60\n", least_columns=1).schema.names == ("age",)
    bad = refused(reader, b"age,arm\n40,A,x\n")
    assert (bad.code, bad.place.row) == ("extra_fields", 2)
    assert bad.message == pytest.raises(InputError, read_table, b"age,arm\n40,A,x\n").value.message


@LINUX
def test_a_file_that_bursts_is_given_up_and_the_next_one_is_read(reader):
    burst = b"age,arm\n" + b"4,A\n" * 2_500_000  # every check of the file itself is passed; it takes many times its 10 MB
    before = memory_of(os.getpid())
    error = refused(reader, burst)
    assert (error.code, error.message) == ("upload_memory", refuse("upload_memory", megabytes=60).message)
    assert memory_of(os.getpid()) - before < 60
    assert len(reader.read(b"age,arm\n40,A\n50,B\n").frame) == 2


def memory_of(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_a_file_that_takes_too_long_is_given_up():
    impatient = UploadReader(seconds=0.01)
    try:
        began = time.monotonic()
        error = refused(impatient, b"age,arm\n" + b"40,A\n" * 200_000)
        assert (error.code, error.message) == ("upload_slow", refuse("upload_slow", seconds=0.01).message)
        assert time.monotonic() - began < 5
    finally:
        impatient.close()


@LINUX
def test_a_reading_that_is_killed_is_said_and_the_process_that_starts_them_is_started_anew(reader):
    assert len(reader.read(b"age,arm\n40,A\n50,B\n").frame) == 2
    parent = reader._process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children")
    while children.read_text().split():
        time.sleep(0.001)  # the one that has just answered

    def kill_one() -> None:
        while not (found := children.read_text().split()):
            time.sleep(0.001)
        os.kill(int(found[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    error = refused(reader, b"age,arm\n" + b"40,A\n" * 300_000)
    killer.join()
    assert error.code == "upload_stopped"
    os.kill(parent, signal.SIGKILL)
    assert len(reader.read(b"age,arm\n40,A\n50,B\n").frame) == 2
    assert reader._process.pid != parent


def test_a_fault_of_ours_has_a_number_and_tells_no_cell(reader, tmp_path, monkeypatch):
    monkeypatch.setenv("MAC_HOME", str(tmp_path))
    error = refused(reader, b"ZZCANARY,arm\nZZCANARY,A\n50,B\n", least_columns="ZZCANARY")
    assert error.code == "upload_fault" and "ZZCANARY" not in str(error)
    log = (tmp_path / "logs" / "reading.log").read_text()
    number = error.message.partition("error ")[2].partition(")")[0]
    assert f"error {number} reading" in log and "ZZCANARY" not in log


@LINUX
def test_it_ends_with_its_server():
    code = (
        "from mac_core.runs.reader import upload_reader\n"
        "upload_reader().read(b'age,arm\\n40,A\\n50,B\\n')\nprint(upload_reader()._process.pid)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(f"/proc/{int(done.stdout)}").exists()


def test_one_reader_for_a_server():
    assert upload_reader() is upload_reader()
