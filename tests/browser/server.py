"""A real server, as `make run` starts it, on a free port and with a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The dashboard in a process of its own.

    Parameters
    ----------
    home : Path
        Becomes MAC_HOME; two servers after each other on the same folder are a restart.
    script : str, optional
        What Streamlit runs, from the project's folder, with its own arguments.
    """

    def __init__(self, home: Path, script: tuple[str, ...] = ("app.py",)) -> None:
        self.home = home
        self.script = script
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"{home.name}-server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds_to_start = float("nan")

    def start(self) -> Server:
        """Start it and wait until it answers."""
        name, *arguments = self.script
        command = [sys.executable, "-m", "streamlit", "run", name, "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port), "--", *arguments]
        environment = {**os.environ, "MAC_HOME": str(self.home)}
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"The server ended before it answered:\n{self.said()}")
            if time.monotonic() - began > 90:
                self.kill()
                raise RuntimeError(f"The server did not answer within 90 seconds:\n{self.said()}")
            time.sleep(0.05)
        self.seconds_to_start = time.monotonic() - began
        return self

    def answers(self) -> bool:
        """Whether its health page says ok."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def said(self) -> str:
        """Return what it printed."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """End it as Ctrl+C or a service manager does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise RuntimeError("The server did not end within 20 seconds of SIGTERM.") from None

    def kill(self) -> None:
        """End it without warning, as a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)

    def libraries(self) -> str:
        """Return what the server process itself has loaded from disk, as the kernel lists it (Linux)."""
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/maps").read_text()

    def family(self) -> list[int]:
        """Process ids that run with this server's data folder: the server, its job launcher, its jobs (Linux)."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"MAC_HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue  # it ended meanwhile, or is not ours
        return found
