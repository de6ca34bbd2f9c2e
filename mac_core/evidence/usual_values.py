"""What is usual in a table, one sentence per column: help for whoever fills in a form."""

from __future__ import annotations

import pandas as pd

from mac_core.data.schema import Schema, label_of

__all__ = ["usual_values"]

_MOST_LEVELS = 5
_MIDDLE = "Half of the patients of the table: {low:g} to {high:g}{unit}."
_SHARES = "Of 100 patients of the table: {shares}."


def usual_values(rows: pd.DataFrame, schema: Schema) -> dict[str, str]:
    """Say where the middle half of a number lies, and how frequent the levels of a category are.

    Parameters
    ----------
    rows : DataFrame, shape (n, p)
        The run's predictors.
    schema : Schema

    Returns
    -------
    dict of str to str
        Column to sentence; columns without a value are left out.

    Examples
    --------
    >>> from mac_core.data.schema import describe
    >>> rows = pd.DataFrame({"age": [40.0, 50.0, 60.0, 70.0, 80.0], "sex": ["f", "f", "f", "m", None]})
    >>> schema = Schema((describe("age", rows["age"], "number", unit="years"), describe("sex", rows["sex"], "category")))
    >>> list(usual_values(rows, schema).values())
    ['Half of the patients of the table: 50 to 70 years.', 'Of 100 patients of the table: 75 f, 25 m.']
    """
    found = {}
    for column in schema.columns:
        values = rows[column.name].dropna()
        if values.empty:
            continue
        if column.kind == "number" and not column.levels:
            low, high = values.quantile([0.25, 0.75])
            found[column.name] = _MIDDLE.format(low=low, high=high, unit=f" {column.unit}" if column.unit else "")
            continue
        shares = values.map(label_of).value_counts(normalize=True)
        shares = shares.loc[sorted(shares.index, key=lambda level: (-shares[level], level))]
        said = [f"{'fewer than 1' if share < 0.005 else f'{100 * share:.0f}'} {level}" for level, share in shares.items()]
        rest = len(said) - _MOST_LEVELS
        said = [*said[:_MOST_LEVELS], *([f"and {rest} other values"] if rest > 0 else [])]
        found[column.name] = _SHARES.format(shares=", ".join(said))
    return found
