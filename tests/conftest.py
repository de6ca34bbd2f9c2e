"""What every test gets: a data folder of its own, and no way to reach another machine."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _stay_here(event: str, args: tuple[Any, ...]) -> None:
    # An audit hook sees every connection of this process, whichever library makes it.
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(f"A test tried to reach {host}; everything must work offline.")


sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True, scope="session")
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Keep the tests out of the user's own runs."""
    before = os.environ.get("MAC_HOME")
    os.environ["MAC_HOME"] = str(tmp_path_factory.mktemp("mac_home"))
    yield
    if before is None:
        del os.environ["MAC_HOME"]
    else:
        os.environ["MAC_HOME"] = before


BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In one process the browser tests come last: what is quick fails first. With several they begin: they take longest."""
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.browser)
    one_of_several = hasattr(config, "workerinput")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER) != one_of_several)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, so that what a file shares is made once, and the browser's as one: two would starve each other."""
    from xdist.scheduler import LoadFileScheduling

    class FilesAndTheBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.split("::", 1)[0]
            return "tests/browser" if path.startswith("tests/browser/") else path

    # In the order collected: what takes longest begins, and the many small files at the end let all workers end together.
    config.option.loadscopereorder = False
    return FilesAndTheBrowser(config, log)
