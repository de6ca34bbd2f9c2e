"""Whether a column of new patients is written in another unit than the study's: the whole column, or single rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.data.limits import measurement_of, same_unit, unit_of
from mac_core.data.schema import Column, Schema

__all__ = ["UnitChange", "find_unit_changes"]

_FEWEST = 20  # of fewer study patients the usual values are not known
_NEAR = 0.25  # of the logarithm: the new patients' middle value need not be the study's
_FITS = 0.9  # share of the values that the study covers, once converted
_STRAYS = 0.5  # share that it covers as they are, at most
# Where the column's name says nothing: the commonest conversions of laboratories, and times, lengths, weights, decimals.
_GENERAL = (88.4, 38.67, 88.57, 18.02, 17.1, 2.2046, 2.54, 7.5, 12.0, 365.25, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class UnitChange:
    """One column that looks like another unit.

    Attributes
    ----------
    column : str
    factor : float
        How many times as large the values are as they would be in the study's unit; NaN where that is not the same for every
        value (temperatures, HbA1c).
    found, study : str
        The units' names, "" where they are not known.
    rows : tuple of int
        Positions of the patients whose value the study does not cover as it is, but would cover once converted; of all who have
        a value, where the file itself gives the other unit.
    whole : bool
        Whether all of the column is meant, or single rows only.
    middle, usual : float
        The new patients' middle value (of these rows), and the study's.
    """

    column: str
    factor: float
    found: str
    study: str
    rows: tuple[int, ...]
    whole: bool
    middle: float
    usual: float


def find_unit_changes(
    rows: pd.DataFrame, new: pd.DataFrame, schema: Schema, *, said: Mapping[str, str | None] | None = None
) -> tuple[UnitChange, ...]:
    """Look for number columns, or single cells of them, that are in another unit than in the study.

    Parameters
    ----------
    rows, new : DataFrame, shapes (n, p) and (m, p)
        The study's patients and the new ones, conformed to `schema`.
    schema : Schema
    said : mapping, optional
        Column to the unit that the new patients' file itself gives: where that is not the study's, the values need not show it.

    Returns
    -------
    tuple of UnitChange
        In the order of the schema. Single rows are only named where the column's name says which units come into question.

    Examples
    --------
    >>> from mac_core.data.schema import describe
    >>> study = pd.DataFrame({"creatinine": np.linspace(0.6, 2.0, 40)})
    >>> schema = Schema((describe("creatinine", study["creatinine"], "number"),))
    >>> found, = find_unit_changes(study, (88.4 * study).round(), schema)
    >>> found.factor, found.found, found.study, found.whole
    (88.4, 'µmol/L', 'mg/dL', True)
    """
    found = []
    for column in schema.columns:
        if column.kind == "number" and not column.levels:
            study, values = (frame[column.name].to_numpy(dtype=float) for frame in (rows, new))
            change = _changed(column, study, values, (said or {}).get(column.name))
            if change is not None:
                found.append(change)
    return tuple(found)


def _changed(column: Column, study: np.ndarray, values: np.ndarray, said: str | None) -> UnitChange | None:
    known = study[np.isfinite(study)]
    here = np.isfinite(values)
    if len(known) < _FEWEST or not here.any() or known.min() == known.max():
        return None
    low, high, usual = float(known.min()), float(known.max()), float(np.median(known))
    middle = float(np.median(values[here]))
    options = _options(column, known)
    for factor, _, _, other, own in options:
        if said and same_unit(said, other):
            return UnitChange(column.name, factor, other, own, tuple(map(int, np.flatnonzero(here))), True, middle, usual)
    outside = here & ((values < low) | (values > high))
    if not outside.any():
        return None
    if outside.sum() >= max(2, (1 - _STRAYS) * here.sum()):
        general = [(factor**sign, 1 / factor**sign, 0.0, "", "") for factor in _GENERAL for sign in (1, -1)]
        # A column that can be negative has no factor that its middle value would show.
        for several in (options, general if low > 0 and middle > 0 else []):
            fitting = [
                (
                    abs(np.log(middle * scale + shift) - np.log(usual)) if usual > 0 and middle * scale + shift > 0 else np.inf,
                    option,
                )
                for option in several
                for scale, shift in [option[1:3]]
                if np.mean((values[here] * scale + shift >= low) & (values[here] * scale + shift <= high)) >= _FITS
            ]
            distance, option = min(fitting, default=(np.inf, None), key=lambda pair: pair[0])
            if option is not None and distance < _NEAR:
                factor, _, _, other, own = option
                positions = tuple(int(i) for i in np.flatnonzero(outside))
                return UnitChange(column.name, factor, other, own, positions, True, middle, usual)
    # A single heavy patient is no pound: far outside as it is, in the middle once converted.
    if low <= 0:
        return None
    ratio = np.log(np.where(here & (values > 0), values, usual) / usual)
    far = (ratio < 1.5 * np.log(low / usual)) | (ratio > 1.5 * np.log(high / usual))
    inner_low, inner_high = np.quantile(known, [0.01, 0.99])
    for factor, scale, shift, other, own in options:
        converted = values * scale + shift
        alike = far & (converted >= inner_low) & (converted <= inner_high)
        if alike.any():
            positions = tuple(int(i) for i in np.flatnonzero(alike))
            return UnitChange(column.name, factor, other, own, positions, False, float(np.median(values[alike])), usual)
    return None


def _options(column: Column, known: np.ndarray) -> list[tuple[float, float, float, str, str]]:
    """Return factor, scale and shift into the study's unit, the other unit and the study's, by what the column measures."""
    measurement = measurement_of(column.name)
    own = None if measurement is None else unit_of(measurement, known, column.unit)
    if measurement is None or own is None:
        return []
    options = []
    for other in measurement.units:
        if other is own:
            continue
        scale = own.per / other.per
        shift = own.shift - scale * other.shift
        options.append((float("nan") if shift else 1 / scale, scale, shift, other.name, own.name))
    return options
