"""Make `mac_core/data/examples/patient_treatment.txt`: invented patients in the source article's form, commas, no header.

Run `python tools/make_patient_treatment.py` to write it again; a test checks that the file is what this makes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

N_PATIENTS = 200
SEED = 7


def patient_treatment() -> str:
    """Invent patients whose treatment A, B or C depends on age, weight and blood pressure, with some noise."""
    rng = np.random.default_rng(SEED)
    age = np.clip(rng.normal(58, 13, N_PATIENTS), 22, 90).round().astype(int)
    weight = np.clip(rng.normal(78, 14, N_PATIENTS), 42, 130).round(1)
    pressure = np.clip(112 + 0.45 * age + 0.15 * (weight - 78) + rng.normal(0, 13, N_PATIENTS), 95, 205).round().astype(int)
    liking = np.column_stack(
        [
            1.3 - 0.065 * (pressure - 138),
            0.5 + 0.055 * (pressure - 138) - 0.045 * (age - 58),
            0.3 + 0.075 * (age - 58) + 0.02 * (pressure - 138),
        ]
    )
    treatment = np.array(["A", "B", "C"])[np.argmax(liking + rng.gumbel(0, 0.8, liking.shape), axis=1)]
    rows = zip(age.tolist(), weight.tolist(), pressure.tolist(), treatment.tolist(), strict=True)
    return "".join(f"{a},{w:.1f},{p},{t}\n" for a, w, p, t in rows)


if __name__ == "__main__":
    target = Path(__file__).parents[1] / "mac_core" / "data" / "examples" / "patient_treatment.txt"
    target.write_text(patient_treatment(), encoding="utf-8", newline="")
