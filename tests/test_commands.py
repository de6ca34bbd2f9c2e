"""The two commands a newcomer types: what they start, and that a missing Python or Chromium is said in a sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
SH = shutil.which("sh") or "/bin/sh"


def call(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # A call from `make test` must not hand its own flags and settings down.
    ours = ("MAKE", "MFLAGS", "HOST", "PORT", "VENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, env={**kept, **environment}
    )


def stand_in(folder: Path, name: str, says: str, status: int) -> None:
    """Make a program that prints one line and ends, well only when asked for its version."""
    path = folder / name
    path.write_text(f"#!{SH}\necho '{says}'\n[ \"$1\" = --version ] || exit {status}\n")
    path.chmod(0o755)


def test_run_says_where_and_starts_there() -> None:
    plan = call("make", "-n", "run", "PORT=8600", "HOST=127.0.0.2")
    assert plan.returncode == 0, plan.stderr
    assert "MAC starts on http://127.0.0.2:8600" in plan.stdout
    assert re.search(r"streamlit run app\.py .*--server\.address 127\.0\.0\.2 --server\.port 8600", plan.stdout)
    assert "http://127.0.0.1:8501" in call("make", "-n", "run").stdout


def test_a_second_call_installs_nothing(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    for stamp in (".run-stamp", ".test-stamp"):
        (venv / stamp).touch()
    assert "pip install" not in call("make", "-n", "run", f"VENV={venv}").stdout
    # A requirements file that is newer than the stamp installs again, in both.
    os.utime(venv / ".run-stamp", (0, 0))
    assert "-r requirements.txt" in call("make", "-n", "run", f"VENV={venv}").stdout
    assert "-r requirements-test.txt" in call("make", "-n", "check", f"VENV={venv}").stdout


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text().splitlines():
            assert not line or line.startswith(("#", "-r ")) or re.fullmatch(r"[A-Za-z0-9_.\[\]-]+==[\w.]+", line), line


def test_an_old_python_is_refused_in_a_sentence(tmp_path: Path) -> None:
    stand_in(tmp_path, "python3", "Python 3.8.1", 1)
    done = call(SH, "tools/make_venv.sh", str(tmp_path / "venv"), PATH=str(tmp_path), PYTHON="")
    assert done.returncode == 1
    assert "MAC needs Python 3.11 or newer, and found Python 3.8.1." in done.stderr
    assert not (tmp_path / "venv").exists()


def test_an_environment_that_works_is_kept(tmp_path: Path) -> None:
    venv = Path(sys.executable).parent.parent
    assert call(SH, "tools/make_venv.sh", str(venv), PATH=str(tmp_path), PYTHON="").returncode == 0


def test_the_build_server_s_command_runs_the_tests() -> None:
    path = ROOT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    assert "exec make test" in path.read_text()
    assert "-m pytest" in call("make", "-n", "test").stdout


@pytest.mark.parametrize("broken", ["chromium.py", "ruff check", "ruff format", "-m mypy", "-m pytest", ""])
def test_whatever_part_fails_all_run_and_the_build_server_hears_of_it(tmp_path: Path, broken: str) -> None:
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    fails = f'case "$*" in *"{broken}"*) exit 3;; esac' if broken else ""
    python.write_text(f'#!{SH}\necho "called: $*"\n{fails}\n')
    python.chmod(0o755)
    for stamp in (".run-stamp", ".test-stamp"):
        (tmp_path / stamp).touch()
    done = call("bash", ".ci/run", VENV=str(tmp_path))
    for part in ("chromium.py", "ruff check", "ruff format", "-m mypy", "-m pytest"):
        assert part in done.stdout
    assert (done.returncode == 0) == (not broken), done.stdout
    assert ("something failed" in done.stdout) == bool(broken)


def test_a_chromium_that_does_not_start_is_not_taken(tmp_path: Path) -> None:
    stand_in(tmp_path, "chromium", "install me from the store", 0)
    assert not chromium.works(str(tmp_path / "chromium"))
    assert not chromium.works(str(tmp_path / "nothing"))


def test_a_wrong_chromium_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    assert chromium.main() == 1
    said = capsys.readouterr().err
    assert "CHROMIUM=" in said and "does not start" in said and "apt-get install chromium" in said


def test_nothing_on_this_machine_and_no_way_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "candidates", lambda: iter(()))
    monkeypatch.setattr(chromium, "run", lambda *command: bool(asked.append(command)))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert chromium.main() == 1
    assert asked[0][:2] == ("apt-get", "update")
    assert asked[-1][-1] == "chromium" and "playwright" in asked[-1]
    assert "The browser tests need Chromium" in capsys.readouterr().err
