import os
import stat
import subprocess
import sys

import pytest

from mac_core.runs.home import default_url, mac_home, private_folder, signing_key


def test_the_home_is_private(home):
    assert mac_home() == home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_loose_folder_is_tightened(tmp_path):
    loose = tmp_path / "loose"
    loose.mkdir(mode=0o755)
    loose.chmod(0o755)
    assert stat.S_IMODE(private_folder(loose).stat().st_mode) == 0o700


def test_without_mac_home_the_users_data_folder_is_taken(monkeypatch, tmp_path):
    monkeypatch.delenv("MAC_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path in mac_home().parents


def test_the_address_can_be_set(monkeypatch, home):
    assert default_url() == f"sqlite:///{home.as_posix()}/mac.db"
    monkeypatch.setenv("MAC_DATABASE_URL", "postgresql+psycopg://x/y")
    assert default_url() == "postgresql+psycopg://x/y"


def test_the_key_is_made_once_and_private(home):
    key = signing_key()
    assert len(key) == 32
    assert signing_key() == key
    assert stat.S_IMODE((home / "signing.key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["signing.key"]


def test_processes_that_start_together_agree_on_the_key(home):
    code = "from mac_core.runs.home import signing_key; print(signing_key().hex())"
    many = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ) for _ in range(6)]
    keys = {process.communicate()[0] for process in many}
    assert keys == {signing_key().hex().encode() + b"\n"}


@pytest.fixture(autouse=True)
def _package_on_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path) or os.getcwd())
