"""Which factors belong together (genes, lifestyle, environment, clinical), so that contributions can be told by group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mac_core.data.limits import measurement_of

if TYPE_CHECKING:
    from mac_core.data.schema import Column

__all__ = ["FACTOR_GROUPS", "factor_group", "propose_factor_groups"]

FACTOR_GROUPS = ("genes", "lifestyle", "environment", "clinical")

# One word of a column's name, in lower case, decides; the first group with such a word is meant.
_WORDS = (
    (
        "genes",
        r"rs\d{3,}|snps?|genes?|genotype|genetic|allele|mutation|mutated|mutant|polymorphism|apoe\d?|brca\d?|kras|nras|braf|egfr|erbb2"
        r"|tp53|hla\w*|cyp\d\w+|vkorc1|jak2|flt3|npm1|mthfr|karyotype|cytogenetics?|methylation|ploidy|msi|gen|gène|基因\w*",
    ),
    (
        "lifestyle",
        r"smok\w*|cigar\w*|tobacco|packyears?|nicotine|alcohol\w*|drink\w*|exercis\w*|physact\w*|activity|sedentary|diet\w*|nutrition"
        r"|sleep\w*|caffeine|coffee|vaping|raucher\w*|rauchen|alkohol\w*|tabac\w*|fumeur|sport|\w*吸烟\w*|\w*饮酒\w*",
    ),
    (
        "environment",
        r"income|\w*income\w*|edu|educ|education|school|schooling|employ\w*|unemployed|occupation|job|profession|marital\w*|married"
        r"|housing|homeless|household\w*|insurance|payer|payor|poverty|deprivation|ses|residence|rural|urban|region|country|postcode"
        r"|pollution|pm10|pm25|noise|beruf|familienstand|\w*职业\w*|\w*婚\w*|\w*教育\w*",
    ),
    (
        "clinical",
        r"age|sex|gender|race|ethnicity|stage|grade|tumou?r|nodes?|metasta\w*|diabetes|diabetic|hypertension|asthma|copd|cancer|stroke"
        r"|infarction|anaemia|anemia|dementia|depression|hepatitis|cirrhosis|ascites|symptoms?|baseline|severity|comorbid\w*|score"
        r"|karno\w*|asa|apache|sofa|cd4\d*|cd8\d*|crp|wbc|rbc|platelets?|ferritin|troponin|ldl|hdl|alt|ast|prior|history|menopause\w*"
        r"|pregnan\w*|alter|geschlecht|grad|tumorgröße|lymphknoten|\w*年龄\w*|性别|症状|体重",
    ),
)
_PATTERNS = tuple((group, re.compile(words)) for group, words in _WORDS)
_BREAK = re.compile(r"[^\w]+|_+|(?<=[a-z])(?=[A-Z])")


def factor_group(name: str) -> str | None:
    """Say to which group a column of this name obviously belongs; None where its name does not tell.

    Examples
    --------
    >>> [factor_group(name) for name in ("rs429358", "yearsSmoking", "HHIncome", "Systolic BP", "x_7")]
    ['genes', 'lifestyle', 'environment', 'clinical', None]
    """
    words = [word.lower() for word in _BREAK.split(name) if word]
    for group, pattern in _PATTERNS:
        if any(pattern.fullmatch(word) for word in (*words, "".join(words))):
            return group
    return "clinical" if measurement_of(name) is not None else None


def propose_factor_groups(columns: Iterable[Column]) -> dict[str, str]:
    """Propose a group for each column that can be learned from and whose name tells it.

    Examples
    --------
    >>> from mac_core.data.schema import Column
    >>> propose_factor_groups([Column("smoker", "category"), Column("x1", "number"), Column("smoking notes", "text")])
    {'smoker': 'lifestyle'}
    """
    learnable = [column.name for column in columns if column.kind in ("number", "category")]
    return {name: group for name in learnable if (group := factor_group(name)) is not None}
