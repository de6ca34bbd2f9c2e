import io
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from mac_core.ensemble.estimator import MACClassifier, MACRegressor
from mac_core.ensemble.learners import LEARNERS
from mac_core.errors import InputError
from mac_core.runs.model_files import read_model, sign, write_model

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
Y = np.where(X[:, 0] > 0, "yes", "no")


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        DecisionTreeClassifier(max_depth=3),
        HistGradientBoostingClassifier(max_iter=5),
        KNeighborsClassifier(),
    ],
)
def test_a_model_predicts_the_same_after_reading(model):
    model.fit(X, Y)
    content = write_model(model)
    again = read_model(content, sign(content, label="a"), label="a")
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_forest_of_numbers():
    model = RandomForestRegressor(n_estimators=5, random_state=0).fit(X, X[:, 0])
    content = write_model(model)
    np.testing.assert_array_equal(read_model(content, sign(content, label="a"), label="a").predict(X), model.predict(X))


def test_a_flipped_byte_or_another_files_signature_is_refused():
    content = write_model(LogisticRegression().fit(X, Y))
    signature = sign(content, label="run/model")
    flipped = bytearray(content)
    flipped[len(flipped) // 2] ^= 1
    for bad, label in (
        (bytes(flipped), "run/model"),
        (content, "other/model"),
        (content[:-1], "run/model"),
        (b"", "run/model"),
    ):
        with pytest.raises(InputError, match="damaged"):
            read_model(bad, signature, label=label)


class Foreign:
    def __init__(self):
        self.value = 1


def test_a_type_that_is_not_on_the_list_is_not_written_and_not_read():
    with pytest.raises(TypeError, match="Foreign"):
        write_model(Foreign())
    import skops.io

    content = skops.io.dumps(Foreign())
    with pytest.raises(InputError, match="damaged"):
        read_model(content, sign(content, label="a"), label="a")


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('executed')",))


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_is_never_run(zipped):
    content = pickle.dumps(Bomb())
    if zipped:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("schema.json", content)
        content = buffer.getvalue()
    with pytest.raises(InputError, match="damaged"):
        read_model(content, "0" * 64, label="a")
    with pytest.raises(InputError, match="damaged"):
        read_model(content, sign(content, label="a"), label="a")


@pytest.mark.parametrize("number", [False, True])
@pytest.mark.parametrize("name", LEARNERS)
def test_every_learner_of_the_pool_can_be_kept(name, number):
    frame = pd.DataFrame({"a": X[:, 0], "b": np.where(X[:, 1] > 0, "x", "y")})
    cls = MACRegressor if number else MACClassifier
    model = cls([name], n_subtasks=5, random_state=0).fit(frame, X[:, 2] if number else Y)
    content = write_model(model)
    again = read_model(content, sign(content, label="a"), label="a")
    for predict in ["predict"] if number else ["predict", "predict_proba"]:
        np.testing.assert_array_equal(getattr(again, predict)(frame), getattr(model, predict)(frame))
    assert again.explain_route(frame.head(1))[0].subtasks.equals(model.explain_route(frame.head(1))[0].subtasks)
    pd.testing.assert_frame_equal(again.ranking_, model.ranking_)
    assert again.get_params() == model.get_params()


def test_a_class_of_ours_that_is_not_listed_is_not_rebuilt():
    import skops.io

    content = skops.io.dumps({"__mac__": "ours", "type": "mac_core.runs.database.Database", "state": {}})
    with pytest.raises(InputError, match="damaged"):
        read_model(content, sign(content, label="a"), label="a")
