"""Data: roles are saved at once, can be undone, and are checked as they change; the study starts from here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core.data.examples import example
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import ARTICLE, DEFAULT, SEVEN_STEPS, Settings
from tests.pages.shown import chart_texts
from tests.pages.words import said

TRIAL = example("indo_rct").roles


def role(at, kind, draft, field, version=0):
    return getattr(at, kind)(key=f"roles_{draft}_{version}_{field}")


def kept(draft):
    return Drafts().open(draft, owner="local")


def test_empty(visit):
    assert "No table is open yet." in said(visit("data"))


def test_ready(visit, draft):
    at = visit("data", draft=draft)
    words = said(at)
    assert "602 rows and 33 columns; 602 patients can be used" in words
    assert "pancreatitis after ERCP under each treatment" in words
    assert role(at, "selectbox", draft, "treatment").value == "rx"
    assert role(at, "radio", draft, "design").value == "randomised"
    # Nothing chosen is not nothing counted.
    assert role(at, "selectbox", draft, "event").options[0] == "As the data suggest"
    arms = next(frame.value for frame in at.dataframe if "outcome missing" in frame.value)
    assert arms["patients"].tolist() == [307, 295]
    preview = next(frame.value for frame in at.dataframe if "row in the file" in frame.value)
    assert preview["row in the file"].tolist()[:3] == [2, 3, 4]
    assert len(preview) == 200


def test_change_is_saved_at_once_and_undone(visit, draft):
    at = visit("data", draft=draft)
    assert at.button(key="undo").disabled
    role(at, "radio", draft, "design").set_value("routine").run()
    assert not at.exception
    assert kept(draft).roles == replace(TRIAL, design="routine")
    assert "never as what it brings about" in said(at)
    # A refresh: a new session finds the change.
    again = visit("data", draft=draft)
    assert role(again, "radio", draft, "design").value == "routine"
    again.button(key="undo").click().run()
    assert kept(draft).roles == TRIAL
    assert role(again, "radio", draft, "design", version=1).value == "randomised"
    assert again.button(key="undo").disabled


def test_back_to_the_proposal(visit, draft):
    at = visit("data", draft=draft)
    role(at, "selectbox", draft, "site").select_index(0).run()
    role(at, "multiselect", draft, "ignore").set_value(["age", "risk"]).run()
    assert kept(draft).roles == replace(TRIAL, site=None, ignore=("age", "risk"))
    at.button(key="proposal").click().run()
    assert kept(draft).roles == TRIAL
    assert role(at, "multiselect", draft, "ignore", version=1).value == []


def test_every_field_goes_into_the_roles(visit, draft):
    at = visit("data", draft=draft)
    role(at, "selectbox", draft, "reference").set_value("1_indomethacin")
    role(at, "selectbox", draft, "event").set_value("0")
    role(at, "selectbox", draft, "higher").set_value(True)
    role(at, "text_input", draft, "label").set_value("no pancreatitis")
    role(at, "text_input", draft, "horizon").set_value("30 days")
    role(at, "number_input", draft, "smallest_share").set_value(7.0)
    role(at, "selectbox", draft, "harm").select_index(0)
    at.run()
    assert not at.exception
    assert kept(draft).roles == replace(
        TRIAL,
        reference="1_indomethacin",
        event="0",
        higher_is_better=True,
        outcome_label="no pancreatitis",
        horizon="30 days",
        smallest_difference=0.07,
        harm=None,
    )


def test_a_study_that_cannot_be_made_is_refused_in_words(visit, draft):
    at = visit("data", draft=draft)
    role(at, "selectbox", draft, "treatment").select_index(0)
    role(at, "selectbox", draft, "outcome").select_index(0)
    at.run()
    assert not at.exception
    assert "Neither a treatment nor an outcome column is chosen." in said(at)
    assert at.button(key="start_study").disabled
    assert not at.button(key="undo").disabled


@pytest.mark.parametrize(
    ("content", "roles"),
    [
        ("age,arm\n" + "\n".join(f"{40 + i},A" for i in range(30)), Roles(treatment="arm")),
        ("age,arm\n" + "\n".join(f"{40 + i},{'AB'[i % 2]}" for i in range(12)), Roles(treatment="arm")),
        ("age,y\n" + "\n".join(f"{40 + i}," for i in range(30)), Roles(outcome="y")),
        ("age,arm\n" + "\n".join(f"{40 + i},{'AB'[i % 2]}" for i in range(30)), Roles(treatment="arm", site="arm")),
    ],
)
def test_impossible_tables(visit, content, roles):
    draft = Drafts().save(read_table(content.encode()), roles, DEFAULT)
    at = visit("data", draft=draft)
    assert len(at.error) == 1
    assert "Not yet" in said(at)
    assert at.button(key="start_study").disabled


def test_settings(visit, draft):
    at = visit("data", draft=draft)
    at.button(key="preset_article").click().run()
    assert kept(draft).settings == ARTICLE
    assert at.selectbox(key=f"settings_{draft}_1_draw").value == "block"
    at.number_input(key=f"settings_{draft}_1_seed").set_value(7).run()
    assert kept(draft).settings == replace(ARTICLE, seed=7)
    at.button(key="undo").click().run()
    at.button(key="undo").click().run()
    assert kept(draft).settings == DEFAULT
    at.selectbox(key=f"settings_{draft}_3_draw").set_value("random").run()
    at.number_input(key=f"settings_{draft}_3_subtasks").set_value(20).run()
    at.multiselect(key=f"settings_{draft}_3_learners").set_value(["naive_bayes", "decision_tree"][:1]).run()
    assert not at.exception
    assert kept(draft).settings == Settings(draw="random", n_subtasks=20, learners=("naive_bayes",))


def test_an_answer_reads_the_file_again(visit):
    raw = "\n".join(f"{40 + i},{60 + i / 2},{'ABC'[i % 3]}" for i in range(60)).encode()
    at = visit()
    at.file_uploader(key="upload").set_value(("mine.txt", raw, "text/plain")).run()
    draft = at.query_params["draft"]
    assert "60 rows and 3 columns" in said(at)
    assert kept(draft).table.schema.names == ("column_1", "column_2", "column_3")
    at.button(key=f"answer_{draft}_0_header_missing_1_None_names").click().run()
    assert not at.exception
    assert "59 rows and 3 columns" in said(at)
    assert kept(draft).table.schema.names == ("40", "60.0", "A")
    at.button(key="undo").click().run()
    assert "60 rows and 3 columns" in said(at)


LEAKY = "age,sbp,icd_at_end,ward,arm,died\n" + "\n".join(
    f"{40 + i * 7 % 31},{1200 if i == 5 else 110 + i},{'ZA'[i * 5 % 7 < 3]},7,{'AB'[i % 2]},{int(i * 5 % 7 < 3)}"
    for i in range(60)
)


def uploaded(visit, content):
    at = visit()
    at.file_uploader(key="upload").set_value(("mine.csv", content.encode(), "text/csv")).run()
    assert not at.exception
    return at, at.query_params["draft"]


def test_the_worst_comes_first_and_is_settled_by_a_click(visit):
    at, draft = uploaded(visit, LEAKY)
    words = said(at)
    assert words.index("icd_at_end alone tells died") < words.index("1200 (row 7)") < words.index("has the same value for")
    headers = [header.value for header in at.header]
    assert headers[:2] == ["What to look at first", "The table as it was read"]
    at.button(key=f"answer_{draft}_0_leak:icd_at_end__None_ignore").click().run()
    assert not at.exception
    assert "icd_at_end" in kept(draft).roles.ignore
    assert "alone tells died" not in said(at)
    at.button(key=f"answer_{draft}_1_impossible_value:sbp_7_1200_missing").click().run()
    assert kept(draft).table.frame["sbp"].isna().sum() == 1
    assert kept(draft).table.answers == {"impossible_value:sbp": "missing"}
    # Roles decided before stay, and each step can be undone or taken back.
    assert "icd_at_end" in kept(draft).roles.ignore
    at.button(key=f"back_{draft}_2_impossible_value:sbp").click().run()
    assert kept(draft).table.frame["sbp"].max() == 1200 and kept(draft).table.answers == {}
    for _ in range(3):
        at.button(key="undo").click().run()
    assert "icd_at_end" not in kept(draft).roles.ignore
    assert not at.exception


def test_a_leak_can_be_known_before(visit):
    at, draft = uploaded(visit, LEAKY)
    at.button(key=f"answer_{draft}_0_leak:icd_at_end__None_known").click().run()
    assert kept(draft).table.answers == {"leak:icd_at_end": "known"}
    assert "icd_at_end" not in kept(draft).roles.ignore
    assert "alone tells died" not in said(at)


def test_a_warning_is_seen(visit):
    at, draft = uploaded(visit, LEAKY)
    at.button(key=f"answer_{draft}_0_constant_column:ward__None_seen").click().run()
    assert not at.exception
    assert "constant column, ward: Seen" in said(at).replace("*", "")


MESSY = "Trial 7,,,,\nage,weight,crp,arm,died\n" + "".join(
    f"{40 + i * 7 % 31},{(60 + i % 9) * (2.2046 if i % 4 == 0 else 1):.1f},{'<5' if i == 7 else 5 + i % 13}.5,{'AB'[i % 2]},"
    f"{int(i * 5 % 7 < 3)}\n"
    for i in range(60)
)


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_everything_noticed_is_answered_by_a_click_replays_and_is_taken_back(visit, which):
    raw = (MESSY + "# from here on by Dr. X\n50,70,6.5,A,1\nTotal,,,,31\n").encode()
    at, draft = uploaded(visit, raw.decode())
    before = kept(draft).table
    assert {"title_lines", "total_row", "comment_lines", "numbers_mixed", "unit_mix"} <= {n.code for n in before.notices}
    for _ in range(30):
        answers = [button.key for button in at.button if button.key.startswith("answer_")]
        if not answers:
            break
        same = [key for key in answers if key.startswith(answers[0].rpartition("_")[0])]
        # Were the title the names, there would be other questions.
        at.button(key=same[0 if "title_lines" in same[0] else which]).click().run()
        assert not at.exception and not at.error
    assert not answers
    table = kept(draft).table
    again = read_table(raw, name="mine.csv", answers=table.answers)
    assert again.frame.equals(table.frame) and again.notices == table.notices
    if which == -1:
        assert table.answers["unit_mix:weight"] == "lb" and table.frame["weight"].min() > 130
        assert table.answers["total_row"] == "keep" and len(table.frame) > len(before.frame)
    for _ in range(len(table.answers)):
        at.button(key=next(button.key for button in at.button if button.key.startswith("back_"))).click().run()
        assert not at.exception
    assert kept(draft).table.frame.equals(before.frame) and kept(draft).table.answers == {}


def test_a_clean_table_needs_two_clicks(visit):
    rows = "\n".join(f"{40 + i * 7 % 31},{'AB'[i % 2]},{int(i * 5 % 7 < 3)}" for i in range(60))
    at, draft = uploaded(visit, f"age,arm,died\n{rows}")
    words = said(at)
    assert "Nothing had to be repaired" in words and "Enough patients?" in words
    assert not at.button(key="start_study").disabled
    assert Drafts().raw(draft) is None


def test_patients_are_described(visit, draft):
    at = visit("data", draft=draft)
    one = next(frame.value for frame in at.dataframe if "characteristic" in frame.value)
    assert one.columns.tolist() == ["characteristic", "0_placebo", "1_indomethacin", "difference"]
    assert one.iloc[0].tolist() == ["patients", "307", "295", ""]
    assert "79 events among 602 patients" in said(at)
    columns = next(frame.value for frame in at.dataframe if "used as" in frame.value)
    assert columns.set_index("column").loc["rx", "used as"] == "treatment"


def test_hostile_names_are_shown_as_they_are(visit):
    name = "![x](http://elsewhere/p.png)"
    rows = "\n".join(f"{40 + i},{'AB'[i % 2]},{':red[x]' if i % 3 else '<b>y</b>'}" for i in range(30))
    table = read_table(f"age,arm,{name}\n{rows}".encode())
    draft = Drafts().save(table, Roles(treatment="arm", outcome=name), DEFAULT)
    at = visit("data", draft=draft)
    for kind in ("markdown", "caption", "warning", "error", "info"):
        for block in at.main.get(kind):
            assert "![x](" not in block.value
            assert ":red[" not in block.value
            assert "<b>" not in block.value


def test_start_and_stop(visit, draft):
    at = visit("data", draft=draft)
    at.button(key="start_study").click().run()
    assert not at.exception
    job = at.query_params["job"]
    assert any(state in said(at) for state in ("The study waits", "The study is running"))
    # A second browser finds it by the link, and stops it.
    other = visit("data", job=job)
    assert other.query_params["draft"] == draft
    other.button(key=f"stop_{job}").click().run()
    for _ in range(50):
        if "The study was stopped" in said(other.run()):
            break
    assert "The study was stopped" in said(other)
    assert not other.button(key="start_study").disabled


def test_the_seven_steps_to_the_letter_are_a_preset(visit, draft):
    at = visit("data", draft=draft)
    at.button(key="preset_seven").click().run()
    assert not at.exception
    assert kept(draft).settings == SEVEN_STEPS


def test_the_first_sentence_counts_patients_not_rows_and_says_when_they_are_far_too_few(visit, own_home):
    rows = "\n".join(f"p{i // 2},{40 + i * 7 % 31},{i * 11 % 17},{i * 5 % 13}" for i in range(60))
    table = read_table(f"id,age,crp,score\n{rows}".encode(), name="visits.csv")
    draft = Drafts().save(table, Roles(outcome="score", patient_id="id"), DEFAULT, owner="local")
    words = said(visit("data", draft=draft))
    assert "With care: visits.csv has 60 rows and 4 columns; 60 rows of 30 patients can be used. They are fewer than" in words
    assert "**60** rows used" in words and "**30** patients among them" in words
    assert "as patients counts rows" in words


def test_two_units_in_one_column_are_seen(visit, own_home):
    weights = [70 + i % 13 if i % 4 else round(2.2046 * (70 + i % 13)) for i in range(60)]
    rows = "\n".join(f"{30 + i * 7 % 31},{weight},{i * 5 % 13}" for i, weight in enumerate(weights))
    table = read_table(f"age,weight,score\n{rows}".encode(), name="mixed.csv")
    draft = Drafts().save(table, Roles(outcome="score"), DEFAULT, owner="local")
    at = visit("data", draft=draft)
    assert "weight falls into two groups" in said(at)
    assert any(text.startswith("Values of weight in two groups: 45 patients") for text in chart_texts(at))
