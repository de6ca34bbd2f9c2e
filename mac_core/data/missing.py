"""The words that stand for a missing value. "None" is not among them: no complications is a finding, not a gap."""

from __future__ import annotations

__all__ = ["MISSING_AMONG_NUMBERS", "MISSING_WORDS", "SENTINELS"]

# In lower case. Read as missing in every column, and shown to the user wherever they occurred.
MISSING_WORDS = frozenset(
    {
        "", "na", "n/a", "#n/a", "n.a.", "nan", "<na>", "null", "#null!", "?", "??", ".", "..", "-", "--", "---", "missing",
        "not available", "not recorded", "k.a.", "k. a.", "keine angabe", "keine angaben", "fehlt", "n.d.", "n.r.",
        "non disponible", "non renseigné", "no disponible", "未查", "未测", "未知", "不详", "缺失", "无数据", "/",
    }
)  # fmt: skip
# In a column of numbers nothing else can be meant.
MISSING_AMONG_NUMBERS = MISSING_WORDS | {
    "unknown",
    "unk",
    "not done",
    "not measured",
    "unbekannt",
    "inconnu",
    "#value!",
    "#ref!",
    "#div/0!",
}
# Numbers that registries use for "missing".
SENTINELS = (-999.0, -99.0, -9.0, -1.0, 999.0, 9999.0, 99999.0)
