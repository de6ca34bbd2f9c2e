"""Which patients of a file are shown: by verdict, by support, by what is odd about them."""

from __future__ import annotations

import pandas as pd

from mac_core.runs.batch import IN_STUDY, Batch

__all__ = ["FLAGS", "SUPPORT", "choose_patients", "verdicts_of"]

FLAGS = {
    "any": "anything odd",
    "none": "nothing odd",
    "unknown": "values unknown",
    "outside": "values outside the data or never seen",
    "study": "in the study already",
}
SUPPORT = {
    "all": "under every treatment",
    "thin": "few comparable patients under some treatment",
    "unsupported": "no comparable patients under some treatment",
}


def verdicts_of(batch: Batch) -> tuple[tuple[str, str], ...]:
    """Which verdicts occur in a file, as (verdict, arm), the most frequent first; empty without treatments."""
    if batch.verdicts is None:
        return ()
    return tuple((str(row.verdict), str(row.arm)) for row in batch.verdicts.itertuples(index=False))


def choose_patients(
    batch: Batch, *, verdict: tuple[str, str] | None = None, support: str | None = None, flag: str | None = None
) -> pd.DataFrame:
    """Choose patients; what is None does not matter.

    Parameters
    ----------
    batch : Batch
    verdict : (str, str), optional
        Of `verdicts_of`.
    support : str, optional
        A key of `SUPPORT`.
    flag : str, optional
        A key of `FLAGS`.

    Returns
    -------
    DataFrame, shape (chosen, columns)
        Rows of `batch.patients`, in the file's order, with their index.
    """
    patients = batch.patients
    here = pd.Series(True, index=patients.index)
    if verdict is not None:
        here &= (patients["verdict"].astype(str) == verdict[0]) & (patients["verdict for"].astype(str) == verdict[1])
    if support is not None:
        words = patients[[name for name in patients if str(name).startswith("support under ")]].astype(str)
        here &= (words == "supported").all(axis=1) if support == "all" else (words == support).any(axis=1)
    if flag is not None:
        flags = patients["flags"].astype(str)
        here &= {
            "any": flags != "",
            "none": flags == "",
            "unknown": flags.str.contains(r" unknown(?:;|$)"),
            "outside": flags.str.contains(r" (?:outside the data|never seen)(?:;|$)"),
            "study": flags.str.endswith(IN_STUDY),
        }[flag]
    return patients[here]
