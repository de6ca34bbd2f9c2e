"""Every sentence that bad input can cause: it says what is wrong and what to do, and nothing in it stays unfilled."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from mac_core.catalogue import CATALOGUE, Entry
from mac_core.errors import InputError, Notice, notice, refuse

ROOT = Path(__file__).resolve().parents[1]
CODE = [path for folder in ("mac_core", "pages") for path in sorted((ROOT / folder).rglob("*.py"))]


def placeholders(entry: Entry) -> set[str]:
    """Names to be filled in, of both sentences."""
    parts = [part for text in (entry.message, entry.fix) for part in string.Formatter().parse(text)]
    return {name for _, name, _, _ in parts if name is not None}


def calls() -> list[tuple[str, str, str, set[str] | None]]:
    """Return (where, function, code, names given) of every `refuse("...")` and `notice("...")` in the program.

    The names are None when they are handed over as a mapping, which cannot be read from the source.
    """
    found = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called not in ("refuse", "notice") or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            names = {keyword.arg for keyword in node.keywords}
            given = (
                None
                if None in names
                else {str(name) for name in names} - {"place"} - ({"value"} if called == "notice" else set())
            )
            found.append((f"{path.relative_to(ROOT)}:{node.lineno}", called, str(node.args[0].value), given))
    return found


@pytest.mark.parametrize("code", CATALOGUE)
class TestEntry:
    def test_says_what_and_how_to_fix(self, code: str) -> None:
        entry = CATALOGUE[code]
        for sentence in (entry.message, entry.fix):
            assert sentence == sentence.strip() and sentence, "empty, or blanks around it"
            assert sentence[0].isupper() or sentence[0] in "{'\"", f"begins like no sentence: {sentence}"
            # A sentence of somebody else's may be quoted at the end.
            assert sentence.endswith((".", "?", "!", "{reason}", "{reasons}")), f"ends like no sentence: {sentence}"
            assert "  " not in sentence
        assert entry.severity in ("refused", "fixed", "warning", "question")

    def test_one_is_said_in_the_singular(self, code: str) -> None:
        entry = CATALOGUE[code]
        if not entry.one:
            return
        names = {name for _, name, _, _ in string.Formatter().parse(entry.one) if name}
        assert "count" in placeholders(entry) and "count" not in names
        assert names <= placeholders(entry)
        values = dict.fromkeys(placeholders(entry), 7)
        assert entry.fill(**{**values, "count": 1})[0] == entry.one.format(**values)
        assert entry.fill(**{**values, "count": 2})[0] == entry.message.format(**{**values, "count": 2})
        assert entry.one[0].isupper() or entry.one.startswith("{")
        assert entry.one.endswith(".") and len(entry.one) <= 300

    def test_is_short_enough_to_be_read(self, code: str) -> None:
        entry = CATALOGUE[code]
        assert len(entry.message) <= 300 and len(entry.fix) <= 300

    def test_blames_nobody_and_speaks_plainly(self, code: str) -> None:
        text = f"{CATALOGUE[code].message} {CATALOGUE[code].fix}".lower()
        for word in ("traceback", "exception", "nan", "dtype", "invalid", "dataframe", "you must", "illegal"):
            assert word not in text.replace("{", " ").replace("}", " ").split(), word

    def test_placeholders_have_names_and_are_filled(self, code: str) -> None:
        entry = CATALOGUE[code]
        names = placeholders(entry)
        assert all(name.isidentifier() for name in names), "every placeholder needs a name, for translators"
        values = dict.fromkeys(names, 7)
        if entry.severity == "refused":
            error = refuse(code, **values)
            assert isinstance(error, InputError) and error.code == code
            said = str(error)
        else:
            found = notice(code, **{name: value for name, value in values.items() if name != "value"}, value=7)
            assert isinstance(found, Notice) and found.severity == entry.severity
            said = f"{found.message} {found.fix}"
        assert "{" not in said and "}" not in said

    def test_is_used(self, code: str) -> None:
        """A sentence that nobody can see is not a promise kept."""
        quoted = (f'"{code}"', f"'{code}'")
        users = [
            path for path in CODE if path.name != "catalogue.py" and any(name in path.read_text("utf-8") for name in quoted)
        ]
        assert users, f"nothing raises or reports {code}"


@pytest.mark.parametrize(
    ("where", "called", "code", "given"), calls(), ids=lambda part: str(part) if isinstance(part, str) else ""
)
def test_every_use_fills_its_sentence(where: str, called: str, code: str, given: set[str] | None) -> None:
    assert code in CATALOGUE, f"{where}: no such entry"
    entry = CATALOGUE[code]
    assert (entry.severity == "refused") == (called == "refuse"), f"{where}: {code} is {entry.severity}"
    if given is not None:
        needed = placeholders(entry) - ({"value"} if called == "notice" else set())
        assert needed <= given, f"{where}: {code} lacks {sorted(needed - given)}"


def test_unknown_codes_are_faults_of_ours() -> None:
    with pytest.raises(KeyError):
        refuse("no_such_code")
    with pytest.raises(ValueError, match="refused"):
        notice("empty_file")


def test_no_two_entries_say_the_same() -> None:
    said = [entry.message for entry in CATALOGUE.values()]
    assert len(set(said)) == len(said)


def test_counts_have_separators_and_lines_have_none() -> None:
    assert notice("rows_in_training", count=15524, total=15524).message.startswith("15,524 of 15,524 patients")
    assert "1,234" not in str(refuse("open_quote", line=1234)) and "1234" in str(refuse("open_quote", line=1234))
