"""The reading process's own steps, in this process; `test_reader.py` has them behind its limits."""

from __future__ import annotations

import errno
import socket

import pyarrow as pa
import pytest

from mac_core.runs import reader_process as module
from mac_core.runs.reader_process import receive, send
from mac_core.runs.tables import Packed, unpack

LIMITS = {"megabytes": 60, "seconds": 5}


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def served(pair, monkeypatch, content, **asked):
    ours, theirs = pair
    limits = []
    monkeypatch.setattr(module, "_limit", lambda megabytes, seconds: limits.append((megabytes, seconds)))
    send(ours, {**LIMITS, **asked}, content)
    module._serve(theirs)
    assert limits == [(60, 5)]
    return receive(ours)


def test_what_is_sent_is_received(pair):
    ours, theirs = pair
    send(ours, {"name": "ä", "answers": {}}, b"", b"one", bytes(50_000))
    header, parts = receive(theirs)
    assert (header["name"], header["answers"]) == ("ä", {}) and parts == [b"", b"one", bytes(50_000)]


def test_a_side_that_has_gone_is_noticed(pair):
    ours, theirs = pair
    ours.sendall((100).to_bytes(8, "big") + b'{"lengths"')
    ours.close()
    with pytest.raises(EOFError):
        receive(theirs)


def test_a_table_goes_back(pair, monkeypatch):
    header, parts = served(pair, monkeypatch, b"age,arm\n40,A\n50,B\n", name="trial.csv")
    table = unpack(Packed(header["body"], *parts))
    assert table.name == "trial.csv" and table.frame["age"].tolist() == [40.0, 50.0]


def test_what_is_refused_goes_back_as_its_sentence(pair, monkeypatch):
    header, parts = served(pair, monkeypatch, b"age,arm\n40,A,x\n")
    code, message, place, fix = header["refused"]
    assert (code, place, parts) == ("extra_fields", [2, None], []) and message and fix


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (MemoryError(), "stopped"),
        (OSError(errno.ENOMEM, "no memory"), "stopped"),
        (pa.ArrowException("what C++ throws"), "stopped"),
        (OSError(errno.ENOENT, "no file"), "fault"),
        (pa.ArrowInvalid("a type"), "fault"),
        (KeyError("a cell"), "fault"),
    ],
)
def test_no_memory_and_a_fault_of_ours_are_told_apart(pair, monkeypatch, capsys, error, answer):
    def read_table(content, **asked):
        raise error

    monkeypatch.setattr("mac_core.data.reading.read_table", read_table)
    header, _ = served(pair, monkeypatch, b"age,arm\n40,A\n")
    assert header.get(answer) and ("error" in capsys.readouterr().err) == (answer == "fault")
