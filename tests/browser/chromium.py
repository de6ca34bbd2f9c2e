"""Find a Chromium that works, or install one: the system's, else Debian's package, else Playwright's own.

`python tests/browser/chromium.py` (part of `make test`) prints which one the browser tests will use.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DEBIAN = "/usr/bin/chromium"  # where the package puts it, should PATH lack the folder
# No sandbox: it needs user namespaces that containers refuse, and tests run as root. The others keep Chromium itself silent.
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
MISSING = (
    "The browser tests need Chromium, and none could be found or installed ({reason}). "
    "Install it (Debian: apt-get install chromium), or set CHROMIUM to the path of one, then call make test again."
)


def works(path: str) -> bool:
    """Whether this program starts and renders: a name on PATH may be a stub that only points to an app store."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", *ARGS, f"--user-data-dir={profile}", "--dump-dom", "data:text/html,<p>rendered</p>"]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return b"rendered" in done.stdout


def candidates() -> Iterator[str]:
    """Where a Chromium may be, the asked-for one first."""
    if asked := os.environ.get("CHROMIUM"):
        yield asked
        return
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    if os.path.exists(DEBIAN):
        yield DEBIAN
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if os.path.exists(own):
        yield own


def find() -> str | None:
    """Return the path of the first Chromium that works, or None."""
    return next(filter(works, candidates()), None)


def run(*command: str) -> bool:
    """Run one command of an installation; its output is shown only if it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
    return done.returncode == 0


def install() -> str | None:
    """Install Chromium in the first way that works here; returns its path."""
    root = os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("No Chromium found; installing Debian's package (once).", flush=True)
        packages = ("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
        if run("apt-get", "update", "-q") and run(*packages) and (path := find()):
            return path
    print("No Chromium found; installing Playwright's own (once).", flush=True)
    deps = ["--with-deps"] if root else []
    if run(sys.executable, "-m", "playwright", "install", *deps, "chromium"):
        return find()
    return None


def main() -> int:
    """Say which Chromium the tests use; 1 when there is none."""
    path = find()
    if path is None and os.environ.get("CHROMIUM"):
        print(MISSING.format(reason=f"CHROMIUM={os.environ['CHROMIUM']} does not start"), file=sys.stderr)
        return 1
    path = path or install()
    if path is None:
        print(MISSING.format(reason="see above"), file=sys.stderr)
        return 1
    print(f"The browser tests use {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
