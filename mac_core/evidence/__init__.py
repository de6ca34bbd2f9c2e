"""How far to trust it: calibration, decision curves, conformal coverage, sample size; all on out-of-sample predictions."""
