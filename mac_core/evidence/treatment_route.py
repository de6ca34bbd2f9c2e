"""How the expected outcome under every treatment came about, step by step, so that whoever reads it can do the steps again.

Each arm's own model and the model of all arms speak through their subtasks; both are blended; then either everybody is treated
alike (one odds ratio on the patient's risk, or the average differences), or the candidates for the differences are weighed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mac_core.evidence.route_file import combine_subtasks
from mac_core.treatment.overlap import UNSUPPORTED
from mac_core.treatment.patient_effects import CANDIDATES, with_level
from mac_core.treatment.potentials import centred

__all__ = ["recompute_treatments", "treatment_route"]

_ODDS, _AVERAGE, _BY_PATIENT = "one odds ratio for everybody", "the average differences for everybody", "by patient"
_LEARNED = CANDIDATES[4:]


def treatment_route(comparison: Any, patient: pd.DataFrame, outcomes: pd.DataFrame) -> dict[str, Any]:
    """Write down every step to one patient's expected outcomes; no value of the patient.

    Parameters
    ----------
    comparison : TreatmentComparison
        Fitted.
    patient : DataFrame, shape (1, p)
    outcomes : DataFrame
        What is shown, as `TreatmentComparison.answers` gives it.

    Returns
    -------
    dict
        Plain values, ready for JSON: `arms` (supported, share, own_model, joint_model; a model by its subtasks, or constant),
        `blend` (weight of the own models), `differences` (how they are made, and what that needs), `expected`.
    """
    effects, arms = comparison.effects_, [str(arm) for arm in comparison.arms_]
    plain = patient[list(comparison.feature_names_in_)].reset_index(drop=True)
    propensity = comparison.assignment_.predict(plain)
    shares = effects.shares_ if propensity is None else propensity[0]
    support = outcomes["support"].to_numpy()
    content: dict[str, Any] = {"arms": {}, "blend": float(comparison.blend_), "binary": bool(comparison.binary_)}
    for place, arm in enumerate(arms):
        content["arms"][arm] = {
            "supported": bool(support[place] != UNSUPPORTED),
            "share": float(shares[place]),
            "own_model": _speak(comparison.models_.models[place], plain),
            "joint_model": _speak(comparison.joint_.model, comparison.joint_.under(plain, place)),
        }
    opened = bool(comparison.heterogeneity_.supported)
    if effects.odds_ is None:
        constant: dict[str, Any] = {"average": dict(zip(arms, map(float, effects.average_), strict=True))}
    else:
        intercepts = dict(zip(arms, map(float, effects.odds_.intercepts_), strict=True))
        constant = {"slope": float(effects.odds_.slope_), "intercepts": intercepts}
    content["differences"] = {"how": _BY_PATIENT if opened else _AVERAGE if effects.odds_ is None else _ODDS, **constant}
    if opened:
        Z, back = effects.covariates_.encode(plain), np.argsort(effects.order_)
        learned = [learner.predict(Z)[0, back] for learner in effects.learners_]
        content["differences"] |= {
            "weights": dict(zip(CANDIDATES, map(float, effects.weights_), strict=True)),
            "learned": {
                name: dict(zip(arms, map(float, one), strict=True)) for name, one in zip(_LEARNED, learned, strict=True)
            },
        }
    shown = outcomes["outcome"].to_numpy(dtype=float)
    content["expected"] = {arm: None if np.isnan(value) else float(value) for arm, value in zip(arms, shown, strict=True)}
    return content


def recompute_treatments(content: Mapping[str, Any]) -> dict[str, float | None]:
    """Do all steps again from what `treatment_route` wrote, not looking at its `expected`."""
    arms = content["arms"]
    own, joint = (np.array([[_hear(arm[model]) for arm in arms.values()]]) for model in ("own_model", "joint_model"))
    blend = content["blend"] * own + (1 - content["blend"]) * joint
    usable = np.array([[arm["supported"] for arm in arms.values()]])
    share = np.array([arm["share"] for arm in arms.values()])
    made = content["differences"]
    if "slope" in made:
        risk = float(np.clip((share * blend[0]).sum() / share.sum(), 1e-4, 1 - 1e-4))
        logit = made["slope"] * np.log(risk / (1 - risk)) + np.array([[made["intercepts"][arm] for arm in arms]])
        alike = 1 / (1 + np.exp(-logit))
    else:
        alike = np.array([[made["average"][arm] for arm in arms]])
    if made["how"] == _BY_PATIENT:
        learned = [np.array([[made["learned"][name][arm] for arm in arms]]) for name in _LEARNED]
        candidates = [*(centred(each) for each in (blend, own, joint)), centred(alike), *learned]
        weights = [made["weights"][name] for name in CANDIDATES]
        potential = sum(weight * one for weight, one in zip(weights, candidates, strict=True))
        expected = with_level(blend, np.asarray(potential), usable)
        expected = np.clip(expected, 0.0, 1.0) if content["binary"] else expected
    else:
        expected = alike if made["how"] == _ODDS else with_level(blend, alike, usable)
    return {arm: float(value) if known else None for arm, value, known in zip(arms, expected[0], usable[0], strict=True)}


def _speak(model: Any, patient: pd.DataFrame) -> dict[str, Any]:
    if not hasattr(model, "explain_route"):
        return {"constant": float(model.predict(patient)[0])}
    (route,) = model.explain_route(patient)
    # Of classes the last one, which is the event.
    says = route.subtasks.iloc[:, -1].astype(float)
    return {
        "loss": model.loss_,
        "subtasks": [
            {"subtask": str(name), "learner": str(learner), "says": value}
            for name, learner, value in zip(route.subtasks.index, route.subtasks["learner"], says.tolist(), strict=True)
        ],
    }


def _hear(model: Mapping[str, Any]) -> float:
    if "constant" in model:
        return float(model["constant"])
    return float(combine_subtasks(np.array([[each["says"]] for each in model["subtasks"]], dtype=float), model["loss"])[0])
