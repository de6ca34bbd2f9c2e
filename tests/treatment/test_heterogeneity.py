import numpy as np

from mac_core.treatment.heterogeneity import NOT_TESTED


def test_what_was_not_tested_is_not_claimed():
    assert np.isnan(NOT_TESTED.p)
    assert NOT_TESTED.supported is False
    assert "not tested" in NOT_TESTED.reason
