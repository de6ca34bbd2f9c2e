"""The groups of factors are proposed, edited in one table, kept with the draft and undone like every role."""

from __future__ import annotations

from dataclasses import replace

from mac_core.data.reading import read_table
from mac_core.data.roles import propose_roles
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import DEFAULT
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run

ROWS = [f"{40 + i * 7 % 31},{'yn'[i * 3 % 5 < 2]},{i % 7},{'AB'[i % 2]},{int(i * 5 % 7 < 3)}" for i in range(60)]
TABLE = "\n".join(["age,smoker,x1,arm,died", *ROWS]).encode()


def kept(draft):
    return Drafts().open(draft, owner="local").roles.factor_groups


def edit(at, draft, row, group, version=0):
    key = f"roles_{draft}_{version}_groups"
    at.session_state[key] = {"edited_rows": {row: {"group": group}}, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception


def test_a_group_is_chosen_emptied_and_undone(visit):
    table = read_table(TABLE)
    draft = Drafts().save(table, propose_roles(table), DEFAULT)
    at = visit("data", draft=draft)
    shown = at.data_editor(key=f"roles_{draft}_0_groups").value
    assert shown["column"].tolist() == ["age", "smoker", "x1"]
    assert shown["group"].tolist()[:2] == ["clinical", "lifestyle"] and shown["group"].isna().tolist()[2]
    assert kept(draft) == {"age": "clinical", "smoker": "lifestyle"}
    edit(at, draft, 2, "genes")
    assert kept(draft) == {"age": "clinical", "smoker": "lifestyle", "x1": "genes"}
    edit(at, draft, 0, None)
    assert kept(draft) == {"smoker": "lifestyle", "x1": "genes"}
    at.button(key="undo").click().run()
    at.button(key="undo").click().run()
    assert kept(draft) == {"age": "clinical", "smoker": "lifestyle"}
    assert at.button(key="undo").disabled


def test_a_saved_run_keeps_them(own_home):
    run = made_run()
    groups = {next(iter(run.schema.names)): "genes"}
    store = RunStore()
    saved = store.save(replace(run, roles=replace(run.roles, factor_groups=groups)))
    assert store.open(saved).roles.factor_groups == groups
