"""Rows that were measured: one line of JSON each, appended as soon as it is there, so that a stopped run goes on."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "append", "code", "commit", "read"]

ROOT = Path(__file__).resolve().parents[2]
_DECIDING = ("mac_core/treatment", "mac_core/ensemble", "mac_core/data/encoding.py")


@cache
def code() -> str:
    """A fingerprint of the code that decides the figures, comments and docstrings left out."""
    digest = hashlib.sha256()
    for place in _DECIDING:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            parsed = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(parsed):
                body = getattr(node, "body", None)
                if (
                    isinstance(body, list)
                    and body
                    and isinstance(body[0], ast.Expr)
                    and isinstance(body[0].value, ast.Constant)
                ):
                    body[0].value.value = ""
            digest.update(ast.dump(parsed).encode())
    return digest.hexdigest()[:12]


@cache
def commit() -> str:
    """The commit of the project, or what stands in the file `COMMIT` of a copy; "unknown" without either."""
    written = ROOT / "COMMIT"
    if written.exists():
        return written.read_text(encoding="utf-8").strip()
    try:
        found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def append(folder: Path, part: str, key: str, row: dict[str, Any]) -> None:
    """Keep one row."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {"key": key, "code": code(), "commit": commit(), **{name: _short(value) for name, value in row.items()}}
    name = part.replace(", ", "_").replace(" ", "_")
    with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(found, ensure_ascii=False) + "\n")


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Key to the newest row; a line that was cut off while it was written is left out."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue
            found[row["key"]] = row
    return found
