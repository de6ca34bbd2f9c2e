from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError
from mac_core.runs import drafts as module
from mac_core.runs.database import draft_tables
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import ARTICLE, Settings


def test_a_draft_comes_back_whole(table):
    roles = Roles(outcome="relapse", ignore=("seen",))
    new = Drafts().save(table, roles, ARTICLE)
    draft = Drafts().open(new)
    pd.testing.assert_frame_equal(draft.table.frame, table.frame)
    assert draft.table.lines.tolist() == table.lines.tolist()
    assert (draft.table.notices, draft.table.schema, draft.table.answers) == (table.notices, table.schema, table.answers)
    assert (draft.table.name, draft.table.sha256) == (table.name, table.sha256)
    assert (draft.roles, draft.settings, draft.history) == (roles, ARTICLE, ())
    assert (draft.expires - draft.created).total_seconds() == 24 * 3600


def test_changes_can_be_undone_one_by_one(table):
    drafts = Drafts()
    first, second = Roles(outcome="relapse"), Roles(outcome="relapse", treatment="drug")
    new = drafts.save(table, first, Settings())
    drafts.update(new, roles=second)
    drafts.update(new, settings=ARTICLE)
    drafts.update(new, roles=second)  # no change
    assert drafts.open(new).history == ((first, Settings()), (second, Settings()))
    assert drafts.undo(new).settings == Settings()
    assert drafts.undo(new).roles == first
    with pytest.raises(InputError, match="nothing to undo"):
        drafts.undo(new)


def test_an_answered_question_brings_a_new_table_and_undo_the_old_one(table):
    drafts = Drafts()
    new = drafts.save(table, Roles(), Settings())
    before = drafts.open(new).fingerprint
    drafts.update(new, table=replace(table, frame=table.frame.iloc[:30], lines=table.lines[:30], answers={"header": "no"}))
    changed = drafts.open(new)
    assert (len(changed.table.frame), changed.table.answers) == (30, {"header": "no"})
    assert changed.fingerprint != before
    undone = drafts.undo(new)
    assert (len(undone.table.frame), undone.fingerprint) == (60, before)
    assert len(drafts.table(new, 1).frame) == 30  # a queued job may still ask for it


def test_another_owner_sees_nothing(table):
    drafts = Drafts()
    new = drafts.save(table, Roles(), Settings(), owner="ann", raw=b"x")
    for attempt in (drafts.open, drafts.raw, drafts.undo, drafts.delete):
        with pytest.raises(InputError, match="There is no table") as caught:
            attempt(new, "bob")
        assert caught.value.code == "draft_unknown"
    with pytest.raises(InputError):
        drafts.update(new, roles=Roles(), owner="bob")
    assert drafts.list("bob").empty
    assert drafts.list("ann")[["id", "name", "rows"]].values.tolist() == [[new, "trial.csv", 60]]


def test_raw_bytes_are_kept_only_when_asked(table):
    drafts = Drafts()
    assert drafts.raw(drafts.save(table, Roles(), Settings())) is None
    assert drafts.raw(drafts.save(table, Roles(), Settings(), raw=b"a,b")) == b"a,b"


def test_after_a_day_it_is_gone_and_leaves_nothing(table, monkeypatch, home):
    drafts = Drafts()
    frame = table.frame.assign(name="ZZCANARY-PATIENT")
    new = drafts.save(replace(table, frame=frame), Roles(), Settings(), raw=b"ZZCANARY-RAW")
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 24 * 3600 + 1)
    with pytest.raises(InputError, match="upload it again"):
        drafts.open(new)
    Drafts()
    for path in home.iterdir():
        assert b"ZZCANARY" not in path.read_bytes(), path.name


def test_a_change_starts_the_day_anew(table, monkeypatch):
    drafts = Drafts()
    new = drafts.save(table, Roles(), Settings())
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 20 * 3600)
    drafts.update(new, roles=Roles(outcome="relapse"))
    monkeypatch.setattr(module.time, "time", lambda: now + 40 * 3600)
    assert drafts.open(new).roles.outcome == "relapse"


def test_answers_are_kept_as_increments_and_read_by_another_process():
    raw = b"age,x,arm\n" + b"".join(b"%d,%d,%d\n" % (40 + i, 999 if i == 3 else i % 7, i % 2) for i in range(400))
    drafts, table = Drafts(), read_table(raw)
    new = drafts.save(table, Roles(outcome="arm"), Settings(), raw=raw)
    first = replace(table, answers={"leak:age": "seen"})
    second = read_table(raw, answers={"leak:age": "seen", "sentinel:x": "missing"})
    third = replace(second, answers={**second.answers, "constant_column:arm": "seen"})
    for number, after in enumerate((first, second, third), start=1):
        drafts.update(new, table=after)
        for opened in (drafts.open(new), Drafts().open(new)):  # from memory, and from what is stored
            assert opened.table_number == number
            pd.testing.assert_frame_equal(opened.table.frame, after.frame)
            assert (opened.table.answers, opened.table.schema) == (after.answers, after.schema)
    with drafts._database.reading() as connection:
        sizes = [len(content) for content in connection.execute(sa.select(draft_tables.c.frame)).scalars()]
    assert max(sizes[1:]) < 0.6 * sizes[0]
    pd.testing.assert_frame_equal(Drafts().table(new, 1).frame, table.frame)
    assert Drafts().undo(new).table.answers == second.answers
    assert drafts.raw(new) == raw


def test_few_tables_stay_in_memory_and_none_of_a_deleted_draft(table):
    drafts = Drafts()
    kept = [drafts.save(table, Roles(), Settings()) for _ in range(6)]
    for draft in kept:
        drafts.open(draft)
    assert len(drafts._opened) <= 4
    drafts.delete(kept[-1])
    assert not [key for key in drafts._opened if key[0] == kept[-1]]
    with pytest.raises(InputError):
        drafts.open(kept[-1])
    with pytest.raises(InputError):
        drafts.open(kept[-2], owner="somebody else")
