"""The table of what was measured: the bars first, then everything behind them."""

from __future__ import annotations

from collections import Counter
from math import nan
from pathlib import Path
from typing import Any

from benchmarks.treatments.bars import bars
from benchmarks.treatments.experiments import GAINS
from benchmarks.treatments.figures import Figure, Row, mean_of, mean_share_of, number, of, ratio_of, share_of, table
from benchmarks.treatments.results import ROOT, code
from benchmarks.treatments.trials import SCENARIOS, SITUATIONS

__all__ = ["COVERAGE", "write_coverage", "write_table"]

COVERAGE = ROOT / "mac_core" / "treatment" / "measured_coverage.csv"
_INTERVALS = {
    "averages": "held:averages",
    "group_difference": "held:group of a difference",
    "group_outcome": "held:group of an arm",
    "range": "held:range",
    "policy_value": "held:value of choosing",
    "policy_gain": "held:gain of choosing",
    "risk_difference": "held:risk difference",
    "single_difference": "held:group of a difference, single patient's truth",
    "single_outcome": "held:group of an arm, single patient's truth",
}
_CUTS = ("arm 0", "arm 1", "arm 2", "arm 3", "supported", "thin", *(f"fifth {number}" for number in range(1, 6)))
_PAIRS = ("arm 0-1", "arm 0-2", "arm 0-3", "arm 1-2", "arm 1-3", "arm 2-3")


def write_coverage(rows: dict[str, Row], path: Path = COVERAGE) -> None:
    """Write the measured coverage that stands beside the intervals; nothing where nothing was measured."""
    lines = ["interval,promised,coverage,low,high,data_sets"]
    for name, figure in coverage_of(rows).items():
        if figure.count >= 20:
            low, high = max(0.0, figure.value - figure.error), min(1.0, figure.value + figure.error)
            lines.append(f"{name},0.95,{figure.value:.4f},{low:.4f},{high:.4f},{figure.count}")
    if len(lines) > 1:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def coverage_of(rows: dict[str, Row]) -> dict[str, Figure]:
    """Coverage of each kind of interval, over the simulated trials with all learners, and the light ones without effect."""
    simulated = of(rows, "scenarios") + of(rows, "null, light") + of(rows, "power")
    found = {name: ratio_of(simulated, key) for name, key in _INTERVALS.items()}
    found["averages"] = ratio_of(simulated + of(rows, "averages"), "held:averages")
    for name in ("policy_value", "policy_gain"):
        found[name] = ratio_of(simulated + of(rows, "gains"), _INTERVALS[name])
    found["risk_difference"] = ratio_of(of(rows, "odds alone"), "held:risk difference")
    found["group_risk"] = ratio_of(of(rows, "odds"), _INTERVALS["group_outcome"])
    found["single_risk"] = ratio_of(of(rows, "odds"), _INTERVALS["single_outcome"])
    return found


def write_table(rows: dict[str, Row], path: Path) -> str:
    """Write the table, and return it."""
    current = sum(row["code"] == code() for row in rows.values())
    commits = ", ".join(f"{name} ({count})" for name, count in Counter(row["commit"] for row in rows.values()).most_common())
    parts = [
        "# Comparing treatments, measured",
        "`python benchmarks/treatment.py` goes on where it was stopped and writes this table; see its first lines for the "
        f"options. It rests on {len(rows):,} replications, {current:,} of them by the code as it is now; by commit: {commits}. "
        "± is half of the 95 % Monte Carlo interval: data sets are the draws, not patients.",
        "## The bars\n\n" + table(["what", "bar", "measured", "replications", "verdict"], bars(rows)),
        *(
            section
            for section in (
                _scenarios(rows),
                _coverage(rows),
                _gains(rows),
                _groups(rows),
                _stress(rows),
                _averages(rows),
                _odds(rows),
            )
            if section
        ),
        *(section for section in (_known(rows), _cost(rows), _bundled(rows)) if section),
    ]
    text = "\n\n".join(parts) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return text


def _scenarios(rows: dict[str, Row]) -> str:
    lines = []
    names = ("PEHE", "PEHE, everybody", "PEHE, average for all", "regret", "regret, everybody", "regret, gated")
    names += ("regret, average for all",)
    last = ("unsupported", "firm, individual", "firm, individual, wrong", "seconds")
    for scenario in SCENARIOS:
        own, other = of(rows, "scenarios", scenario), of(rows, "econml", scenario)
        if own:
            found, rest = ([mean_of(row.get(name, nan) for row in own).written for name in part] for part in (names, last))
            peers = [mean_of(row[name] for row in other).written for name in ("PEHE", "regret")]
            opened = share_of(own, "open").written
            lines.append([scenario, len(own), *found, *peers, opened, share_of(own, "p", 0.05).written, *rest])
    if not lines:
        return ""
    head = ["scenario", "replications", *names, "PEHE, econml", "regret, econml", "individual advice open", "p < .05"]
    return (
        "## Simulated trials\n\nFour arms, 1,000 patients to learn from, 500 new ones to judge, all learners. PEHE: root mean "
        "squared error of the difference to the first arm, by patient. Regret: what is lost against the arm that is truly best "
        "for each patient. As shown: where an arm has no number, since nobody comparable got it, the average stands, and it "
        "cannot be chosen; everybody: by the stack for all patients and arms; gated: by the advice that is given (the best "
        "average arm for everybody unless individual advice is "
        "open). In the last three the effects differ by patient in truth, so that opening is power and staying closed is "
        "caution, not an error. econml: CausalForestDML, untuned, on the same trials.\n\n"
        + table([*head, *last[:-1], "CPU s"], lines)
    )


def _coverage(rows: dict[str, Row]) -> str:
    sets = {
        "four arms, all learners": of(rows, "scenarios"),
        "two arms, n = 600, no effect, light": of(rows, "null, light"),
        "two arms, n = 1000, heterogeneous": of(rows, "power"),
    }
    lines = []
    for label, own in sets.items():
        for key in _INTERVALS.values():
            whole = ratio_of(own, key)
            if whole.count:
                lines.append([label, key.removeprefix("held:"), "all", whole.written, whole.count])
            for cut in (*_CUTS, *_PAIRS):
                found = ratio_of(own, f"{key}, {cut}")
                if found.count:
                    lines.append([label, key.removeprefix("held:"), cut, found.written, found.count])
    if not lines:
        return ""
    return (
        "## Coverage of 95 % intervals\n\nOf new patients of the same population; the group's interval is judged by the true "
        "mean of the group, the range by new outcomes under every arm. Fifths are of the expected outcome. A group's interval "
        "is not one for a single patient's own truth: how often it holds that stands in a line of its own.\n\n"
        + table(["trials", "interval", "of", "coverage", "data sets"], lines)
    )


def _gains(rows: dict[str, Row]) -> str:
    parts = ("gain of choosing", "gain of choosing, too high", "gain of choosing, too low", "gain over what was given")
    parts += ("value of choosing",)
    sets = {f"{name}, ridge": of(rows, "gains", name) for name in GAINS}
    sets |= {f"four arms, {name}, all learners": of(rows, "scenarios", name) for name in SCENARIOS}
    sets |= {"no effect, two arms, n = 600, light": of(rows, "null, light"), "by patient, two arms": of(rows, "power")}
    lines = []
    for label, own in sets.items():
        known = [row for row in own if "gain shown" in row]
        if known:
            held = [ratio_of(known, f"held:{name}").written for name in parts]
            lines.append([label, len(known), *held, share_of(known, "gain shown").written])
    if not lines:
        return ""
    head = ["trials", "replications", "gain: holds the truth", "wholly above it", "wholly below it", "over what was given"]
    return (
        "## The gain of choosing by patient\n\nOver each arm for everybody, with 95 % intervals, against the true gain of the "
        "rules that were judged (each fold of the patients by the rule learned on the others). Ridge: ridge regressions stand "
        "for the MAC models behind the scores, and the stack's forest has ten trees; the choice and the intervals are the "
        "comparison's own. Value: expected outcome when choosing by patient. Shown: all lower ends exceed 0, which advice by "
        "patient needs besides the test.\n\n" + table([*head, "value: holds the truth", "gain over every arm shown"], lines)
    )


def _groups(rows: dict[str, Row]) -> str:
    names = ("stretched at all", "plain", "stretched", "moved")
    lines = []
    for trial in GAINS:
        own = of(rows, "groups", trial)
        for label, cut in (("all", ""), ("the outermost 4 %", ", ends")) if own else ():
            lines.append([trial, label, len(own), *[ratio_of(own, f"held:{name}{cut}").written for name in names]])
    if not lines:
        return ""
    return (
        "## Why the group's interval is stretched\n\nOf a difference, for the cohort's own expectations, ridge models. An "
        "interval is stretched where it does not hold what is expected of the patient. Plain and stretched: held the true mean "
        "of the group. Moved, instead of stretched: by how far the patient's expectation lies from the group's mean one; "
        "held the true mean of those of whom nearly the same is expected.\n\n"
        + table(["trials", "patients", "replications", "share stretched", "plain", "stretched (shown)", "moved"], lines)
    )


def _stress(rows: dict[str, Row]) -> str:
    names = ("firm for all", "firm for all, wrong on average", "firm, individual", "firm, individual, wrong", "abstained")
    lines = []
    for situation in SITUATIONS:
        own = of(rows, "stress", situation)
        if own:
            found = [mean_share_of(row[name] for row in own).written for name in names]
            lines.append([situation, len(own), *found, share_of(own, "open").written, ratio_of(own, "held:averages").written])
    if not lines:
        return ""
    extra = ""
    never = of(rows, "stress", "never given above 70")
    if never:
        above = mean_of(row["advised above 70"] for row in never)
        below = mean_of(row["not advised below 70, all supported"] for row in never)
        extra = (
            f"\n\nNever given above age 70: the arm was advised to {number(100 * above.value)} in 100 patients above 70; where "
            f"all arms are supported, {number(100 * below.value)} in 100 patients of 70 or younger got no advice."
        )
    return (
        "## Where advice can go wrong\n\nTwo arms, 600 patients unless said otherwise, light learners. But for the last two "
        "there is no true difference, so that every verdict for an arm is wrong. A hidden confounder, a predictor measured "
        "after treatment, a site that is not given and dropout that depends on the outcome itself cannot be seen in the data: "
        "the rates say how often firm advice would then mislead. Shares of patients; averages held: intervals of the average "
        "differences that hold the truth.\n\n"
        + table(["situation", "replications", *names, "individual advice open", "averages held"], lines)
        + extra
    )


def _averages(rows: dict[str, Row]) -> str:
    lines = []
    for kind in ("constant", "confounded"):
        for n in (125, 300, 600):
            own = of(rows, "averages", f"{kind}, n = {n}")
            if own:
                bias = mean_of(row["error"] for row in own).written
                width = mean_of(row["half width"] for row in own).written
                lines.append([kind, n, len(own), ratio_of(own, "held:averages").written, bias, width])
    if not lines:
        return ""
    return (
        "## Average differences in small trials\n\nTwo arms, light learners; the stack and the test are left out, since "
        "averages do not depend on them.\n\n" + table(["trial", "n", "replications", "coverage", "bias", "half width"], lines)
    )


def _odds(rows: dict[str, Row]) -> str:
    own = of(rows, "odds alone")
    if not own:
        return ""
    lines = []
    for fifth in range(1, 6):
        bias = mean_of(row[f"held:bias per 100, fifth {fifth}"][0] / row[f"held:bias per 100, fifth {fifth}"][1] for row in own)
        lines.append([fifth, bias.written, ratio_of(own, f"held:risk difference, fifth {fifth}").written])
    return (
        "## One odds ratio for everybody, baseline risks from 2 to 60 %\n\nTwo arms, 1,000 patients, light learners, "
        f"{len(own)} trials. The difference in risk that is shown against each new patient's own.\n\n"
        + table(["fifth of baseline risk", "bias per 100", "coverage of the interval"], lines)
    )


def _known(rows: dict[str, Row]) -> str:
    lines = []
    for key, row in rows.items():
        if key.startswith("known truth/"):
            interval = f"{number(row['difference'])} [{number(row['low'])}, {number(row['high'])}]"
            held = "holds the truth" if row["low"] <= row["true average"] <= row["high"] else "misses the truth"
            own = [row["PEHE"], row["PEHE, supported"], row["unsupported"], row["true average"], row["naive"], interval, held]
            lines.append([key.split("/")[1], *own, "open" if row["open"] else "closed", row["individual advice"]])
    if not lines:
        return ""
    head = ["table", "PEHE", "PEHE, supported", "unsupported", "true average", "naive", "ours", "interval", "gate"]
    return (
        "## Tables whose truth is known\n\nAll learners; `--shared FOLDER` names where they lie. Of twins_confounded 4,000 "
        "pairs are drawn.\n\n" + table([*head, "individual advice"], lines)
    )


def _cost(rows: dict[str, Row]) -> str:
    lines = []
    names = ("plain study, CPU s", "comparison, CPU s", "econml, CPU s", "one patient, ms", "one patient, CPU ms")
    names += ("10,000 patients, s", "10,000 patients, CPU s")
    for design in ("randomised", "routine"):
        own = of(rows, "cost", design)
        if own:
            # The least of several: what other work on the machine adds is not the program's.
            least = [min((row[name] for row in own if name in row), default=float("nan")) for name in names]
            ratio = min(row["comparison, CPU s"] / row["plain study, CPU s"] for row in own)
            lines.append([design, len(own), *least, ratio])
    if not lines:
        return ""
    return (
        "## Cost (actg175_cd4: 2,139 patients, four arms, one core)\n\nThe least of the runs, on a machine that did other work "
        "too.\n\n" + table(["design", "runs", *names, "comparison / plain study"], lines)
    )


def _bundled(rows: dict[str, Row]) -> str:
    parts = []
    for name in ("actg175_cd4", "indo_rct", "smoking_triple"):
        for row in of(rows, "bundled", name):
            parts.append(f"### {name}\n\n{row['verdict']}\n\n{row['heterogeneity']}")
            for title in ("average_effects", "policy_gain", "benefit_by_risk", "harm_effects"):
                if title in row:
                    parts.append(f"{title.replace('_', ' ').capitalize()}:\n\n" + _given(row[title]))
    return "## Bundled trials\n\n" + "\n\n".join(parts) if parts else ""


def _given(found: dict[str, Any]) -> str:
    return table(found["columns"], found["rows"])
