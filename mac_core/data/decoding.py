"""Bytes to text: what kind of file it is, and in which alphabet it was written."""

from __future__ import annotations

import codecs
import re
import unicodedata

from mac_core.errors import Notice, notice, refuse

__all__ = ["clean", "decode", "is_workbook", "say_cleaned"]

_SAMPLE = 256 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The first bytes of files that people upload by mistake.
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"BZh", "a compressed archive"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document (RTF)"),
)
# Beside UTF: what tables are written in, and what may be answered when the guess was wrong.
_ALPHABETS = (
    "cp1252", "gb18030", "cp1251", "cp1250", "cp1253", "cp1254", "big5", "shift_jis", "euc_kr", "cp1255", "cp1256", "mac_roman",
)  # fmt: skip
_MOST_READINGS = 8
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF7_RUN = re.compile(rb"\+[A-Za-z0-9+/]{2,}-")
_STRAY = re.compile("[\udc80-\udcff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# Characters that look like nothing and make equal things different: zero-width and direction marks.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff"
_INVISIBLE = re.compile(f"[{_CONTROLS}\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Without it the digits at its sides would make another number.
_CONTROL_IN_NUMBER = re.compile(f"(?<=\\d)[{_CONTROLS}]+(?=\\d)")
_LOOKALIKES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000\u2212\uff0d\uff0e\uff10-\uff19\u0085\u2028\u2029]")
_LOOKALIKE_TABLE = {
    **dict.fromkeys(map(ord, "\u00a0\u202f\u3000\u0085\u2028\u2029"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    ord("\u2212"): "-",
    ord("\uff0d"): "-",
    ord("\uff0e"): ".",
    **{0xFF10 + digit: str(digit) for digit in range(10)},
}


def is_workbook(raw: bytes) -> bool:
    r"""Whether these are the first bytes of a zip file, which is what an .xlsx workbook is.

    Examples
    --------
    >>> is_workbook(b"PK\x03\x04..."), is_workbook(b"age,arm")
    (True, False)
    """
    return raw[:4] == b"PK\x03\x04"


def decode(raw: bytes, *, alphabet: str | None = None, twice: str | None = None) -> tuple[str, tuple[Notice, ...]]:
    r"""Turn the bytes of a file into text, whatever the alphabet.

    UTF-8 is tried strictly first; then marks and zero bytes tell UTF-16 and UTF-32; then the pattern of the bytes above 127
    tells Chinese (pairs) from Western European (single letters). No byte is ever dropped. A short text with few such bytes can
    be meant in several alphabets: the notice names the others, and `alphabet` is the one that was answered. Text that some
    program encoded twice (GrÃ¶ÃŸe) is mended, unless `twice` is "keep".

    Raises
    ------
    InputError
        If the bytes are empty, or are a document of another kind.

    Examples
    --------
    >>> decode("a,b\n1,2\n".encode("utf-16"))[0]
    'a,b\n1,2\n'
    """
    if not raw.strip(b" \t\r\n\x00"):
        raise refuse("empty_file")
    _refuse_documents(raw)
    encoding = _encoding(raw)
    if alphabet in _ALPHABETS and _strictly(raw, str(alphabet)) is not None:
        encoding = str(alphabet)
    notices = []
    strays = _with_strays(raw) if encoding == "utf-8" and not _strictly(raw, encoding) else None
    # The bytes fit the alphabet in the sample only, when the rest does not: latin-1 knows every byte.
    text = strays[0] if strays is not None else _strictly(raw, encoding) or raw.decode("latin-1")
    if strays is not None:
        notices.append(notice("stray_bytes", count=strays[1], sample=strays[2]))
    if encoding not in ("utf-8", "utf-8-sig", "ascii"):
        others = {} if encoding.startswith("utf") else _other_readings(raw, text)
        said = "".join(f"; as {name} it would be {sample}" for name, sample in others.items())
        choices = ("keep", *others) if others else ()
        notices.append(notice("decoded", choices=choices, encoding=encoding, sample=_sample(text), others=said))
    mended = None if text.isascii() or twice == "keep" else _encoded_once(text)
    if mended is not None:
        notices.append(notice("encoded_twice", None, _sample(text), before=_sample(text), after=_sample(mended)))
        text = mended
    # Marks that only direct or join letters are text; of other invisible characters a table has none, or a few by mishap.
    if len(re.findall(f"[{_CONTROLS}]", text)) > 0.01 * len(text) + 20:
        raise refuse("binary_file")
    text, removed, plain = clean(text)
    notices += say_cleaned(removed, plain)
    if not text.strip():
        raise refuse("empty_file")
    return text, tuple(notices)


def clean(text: str) -> tuple[str, int, int]:
    """Take away what is invisible and write lookalikes plainly; how many signs were taken, and how many written plainly.

    Examples
    --------
    >>> clean("12\u00a0kg\u200b")
    ('12 kg', 1, 1)
    """
    text, removed = _INVISIBLE.subn("", _CONTROL_IN_NUMBER.sub("\ufffd", text))
    plain = 0 if text.isascii() else len(_LOOKALIKES.findall(text))
    return (text.translate(_LOOKALIKE_TABLE) if plain else text), removed, plain


def say_cleaned(removed: int, plain: int) -> list[Notice]:
    """What to say about it, by the counts that `clean` gives.

    Examples
    --------
    >>> [found.message for found in say_cleaned(1, 0)]
    ['One invisible control character was removed.']
    """
    said = [notice("control_characters", count=f"{removed:,}")] if removed else []
    return [*said, notice("lookalikes", count=f"{plain:,}")] if plain else said


def _refuse_documents(raw: bytes) -> None:
    if raw.startswith(_OLE):
        raise refuse("old_workbook")
    for magic, what in _MAGIC:
        if raw.startswith(magic):
            raise refuse("not_a_table", what=what)
    head = raw[:1024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<svg")):
        raise refuse("not_a_table", what="a web page or XML document")
    if re.match(rb'(\{\s*"|\[\s*[\{\[])', head):
        raise refuse("not_a_table", what="a JSON document")


def _encoding(raw: bytes) -> str:
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return name
    sample = raw[:_SAMPLE]
    if sample.count(0) > 0.2 * len(sample):
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if min(even, odd) > 0.1 * len(sample):
            raise refuse("binary_file")
        return "utf-16-be" if even > odd else "utf-16-le"
    if raw.isascii():
        return "utf-7" if _is_utf7(raw) else "utf-8"
    if _strictly(raw, "utf-8") is not None or _with_strays(raw) is not None:
        return "utf-8"
    return _eight_bit_encoding(raw)


def _eight_bit_encoding(raw: bytes) -> str:
    runs = _HIGH_RUN.findall(raw)
    high = sum(map(len, runs))
    if high > 0.3 * len(raw) and not any(separator in raw[:4096] for separator in (b",", b";", b"\t", b"|", b"\n")):
        raise refuse("binary_file")
    if sum(len(run) for run in runs if len(run) > 1) < 0.8 * high:
        # Letters with accents stand alone between plain ones.
        return "cp1252" if _strictly(raw, "cp1252") is not None else "latin-1"
    if _strictly(raw, "gb18030") is not None:
        # The first byte of a frequent Chinese character lies between B0 and D7; other alphabets seldom keep to that.
        pairs = [run[i] for run in runs[:5000] for i in range(0, len(run) - 1, 2)]
        if sum(0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7 for lead in pairs) > 0.7 * len(pairs):
            return "gb18030"
    from charset_normalizer import from_bytes

    lines = [line for line in raw[:_SAMPLE].splitlines() if not line.isascii()]
    best = from_bytes(b"\n".join(lines)[:32768]).best()
    guess = best.encoding if best else "cp1252"
    return guess if _strictly(raw, guess) is not None else "latin-1"


def _is_utf7(raw: bytes) -> bool:
    """Whether several different letters with accents stand there as old mail programs write them: Gr+APYA3w-e for Größe.

    Every such run must be one, and strictly so: CD4+CD8- and ER+HER2- are none.
    """
    runs = set(_UTF7_RUN.findall(raw[:_SAMPLE]))
    try:
        letters = "".join(run.decode("utf-7") for run in runs)
    except UnicodeDecodeError:
        return False
    return len(runs) > 1 and all("\xc0" <= letter <= "\u017f" for letter in letters) and _strictly(raw, "utf-7") is not None


def _with_strays(raw: bytes) -> tuple[str, int, str] | None:
    """UTF-8 in which a few letters were pasted in as Western European: text, their number, one of them; else None."""
    text = raw.decode("utf-8", errors="surrogateescape")
    count = len(_STRAY.findall(text))
    if not count or 4 * count > len(re.findall("[^\x00-\x7f]", text)) - count:
        return None
    found = _STRAY.search(text)
    assert found is not None
    letters = {code: bytes([code - 0xDC00]).decode("cp1252", errors="replace") for code in range(0xDC80, 0xDD00)}
    around = re.search(r"[^\s,;|\t\"]*$", text[: found.start()])
    word = (around[0] if around else "") + re.split(r"[\s,;|\t\"]", text[found.start() :], maxsplit=1)[0]
    return text.translate(letters), count, word.translate(letters)[:40]


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _other_readings(raw: bytes, text: str) -> dict[str, str]:
    """Alphabets in which the bytes make letters too, with a word to tell them by; the likeliest for a clinic first."""
    lines = b"\n".join(line for line in raw[:_SAMPLE].splitlines() if not line.isascii())[:4096]
    lines = lines[: lines.rfind(b"\n") + 1] or lines
    found: dict[str, str] = {}
    for name in _ALPHABETS:
        other = _strictly(lines, name)
        if other is None or not _are_words(other):
            continue
        sample = _sample(other)
        if sample not in found.values() and sample not in text:
            found[name] = sample
    return dict(list(found.items())[:_MOST_READINGS])


def _are_words(text: str) -> bool:
    """Whether the letters beyond ASCII make words of one script each: no Greek letter between Latin ones."""
    signs = [sign for sign in text if sign > "\x7f"]
    if sum(sign.isalpha() for sign in signs) < 0.8 * len(signs):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    return all(len({unicodedata.name(sign, "?").split()[0] for sign in word}) == 1 for word in words)


def _encoded_once(text: str) -> str | None:
    """Undo that UTF-8 was taken for Western European and written as UTF-8 again; None unless every letter shows it."""
    once: dict[str, str] = {}
    for run in set(_BEYOND_ASCII.findall(text)):
        try:
            once[run] = b"".join(_one_byte(sign) for sign in run).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return None
    return _BEYOND_ASCII.sub(lambda found: once[found[0]], text)


def _one_byte(sign: str) -> bytes:
    return bytes([ord(sign)]) if "\x80" <= sign <= "\x9f" else sign.encode("cp1252")


def _sample(text: str) -> str:
    """A word with a letter that depends on the encoding, for the user to check."""
    found = re.search(r"[^\s,;|\t\"]*[^\x00-\x7f][^\s,;|\t\"]*", text)
    return found.group()[:40] if found else text.split("\n", 1)[0][:40].strip()
