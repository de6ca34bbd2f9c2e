from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from mac_core.evidence.phenotype_plane import describe_phenotypes, lay_flat, members_of


def patients(n=90):
    rng = np.random.default_rng(0)
    group = np.arange(n) % 3
    frame = pd.DataFrame(
        {
            "age": 40 + 15 * (group == 1) + rng.normal(0, 2, n),
            "weight": 70 + 20 * (group == 2) + rng.normal(0, 2, n),
            "smoker": pd.Series(np.where(rng.uniform(size=n) < 0.2 + 0.7 * (group == 0), "yes", "no"), dtype="str"),
        }
    )
    frame.loc[4, "age"] = np.nan
    frame.loc[5, "smoker"] = None
    return frame, group


def test_the_plane_is_that_of_the_principal_components():
    frame, group = patients()
    numbers = frame[["age", "weight"]].fillna(frame.median(numeric_only=True))
    flat = lay_flat(numbers, group)
    scaled = (numbers - numbers.mean()) / numbers.std(ddof=0)
    expected = PCA(2).fit(scaled)
    assert np.abs(flat[["x", "y"]].to_numpy()) == pytest.approx(np.abs(expected.transform(scaled)), abs=1e-6)
    assert flat[["share_x", "share_y"]].iloc[0].tolist() == pytest.approx(expected.explained_variance_ratio_.tolist())


def test_the_same_picture_on_every_machine():
    """A direction and its opposite are the same; the column that counts most points up."""
    for seed in range(8):
        table = np.random.default_rng(seed).normal(size=(50, 4)) @ np.random.default_rng(seed + 50).normal(size=(4, 4))
        frame = pd.DataFrame(table, columns=list("abcd"))
        flat = lay_flat(frame, np.zeros(50, dtype=int))
        scaled = (frame - frame.mean()) / frame.std(ddof=0)
        for axis in ("x", "y"):
            loadings = np.linalg.lstsq(scaled.to_numpy(), flat[axis].to_numpy(), rcond=None)[0]
            assert loadings[np.abs(loadings).argmax()] > 0


def test_groups_lie_apart():
    frame, group = patients()
    middles = lay_flat(frame, group).groupby("group")[["x", "y"]].mean().to_numpy()
    distances = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    assert distances[np.triu_indices(3, 1)].min() > 1


def test_a_sample_is_drawn_and_those_in_no_group_are_not():
    frame = pd.DataFrame({"age": np.random.default_rng(1).normal(size=4000)})
    group = np.arange(4000) % 3 - 1
    flat = lay_flat(frame, group)
    assert len(flat) == 1500 and (group[flat["row"]] == flat["group"]).all() and flat["group"].min() == 0
    assert (flat["y"] == 0).all() and flat["share_x"].iloc[0] == pytest.approx(1)


def test_what_sets_a_group_apart():
    frame, group = patients()
    words = describe_phenotypes(frame, group)
    first = words.groupby("group").first()
    assert first["column"].tolist() == ["smoker", "age", "weight"]
    assert first.loc[1, "here"] - first.loc[1, "elsewhere"] == pytest.approx(15, abs=1.5) and first.loc[1, "distance"] > 1
    smoker = first.loc[0]
    share = smoker["here"] if smoker["level"] == "yes" else 1 - smoker["here"]
    assert share == pytest.approx(0.9, abs=0.12) and (words["n"] == 30).all()


def test_everybody_in_one_group_has_nothing_to_be_compared_with():
    frame, _ = patients(30)
    assert describe_phenotypes(frame, np.zeros(30, dtype=int)).empty
    assert members_of(pd.DataFrame({0: ["unused"] * 3})).tolist() == [-1] * 3
