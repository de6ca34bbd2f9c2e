"""The bars: what was promised, what was measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.treatments.figures import Figure, Row, mean_of, mean_share_of, number, of, ratio_of, share_of

__all__ = ["bars"]

_PEERED = ("heterogeneous", "confounded", "poor overlap")
_AS_SHOWN = "the same as shown: no number where nobody comparable got the arm"
_SUPPORT = ("supported", "thin")
_FIFTHS = tuple(f"fifth {number}" for number in range(1, 6))
Line = list[str]
Holds = Callable[[float], bool]
_LEVEL: Holds = lambda value: 0.93 <= value <= 0.97  # noqa: E731


def bars(rows: dict[str, Row]) -> list[Line]:
    """One line per bar: what, bar, measured, replications, verdict."""
    return [*_errors(rows), *_gate(rows), *_coverage(rows), *_averages(rows), *_advice(rows), *_real(rows), *_cost(rows)]


def line(what: str, bar: str, figures: Figure | Sequence[Figure], holds: Holds, needed: int = 1, written: str = "") -> Line:
    """A bar with its verdict in words; that a bar lies within the Monte Carlo error, and too few replications, are said.

    Parameters
    ----------
    what, bar : str
    figures : Figure or sequence of Figure
        All of them must hold.
    holds : callable
        Whether a value keeps the bar.
    needed : int
        Replications that the bar asks for.
    written : str
        What stands in the table; else the first figure.
    """
    found = [figures] if isinstance(figures, Figure) else list(figures)
    fewest = min((figure.count for figure in found), default=0)
    if not fewest:
        return [what, bar, "not measured", "0", "not measured"]
    wrong = [figure for figure in found if not holds(figure.value)]
    near = all(any(map(holds, np.linspace(*figure.ends, 101))) for figure in wrong)
    verdict = "met" if not wrong else "cannot tell: within the Monte Carlo error" if near else "not met"
    if fewest < needed:
        verdict += f", on {fewest} of {needed} replications"
    return [what, bar, written or found[0].written, str(fewest), verdict]


def paired(rows: dict[str, Row], scenario: str, name: str, others: str) -> Figure:
    """Ours minus econml's on the same trials."""
    gaps = []
    for key, row in rows.items():
        other = rows.get(key.replace("scenarios/", "econml/"))
        if key.startswith(f"scenarios/{scenario}/") and other:
            gaps.append(row.get(name, float("nan")) - other[others])
    return mean_of(gaps)


def _errors(rows: dict[str, Row]) -> Iterator[Line]:
    ihdp = [row["PEHE"] for key, row in rows.items() if key.startswith("known truth/ihdp")]
    figure, middle = mean_of(ihdp), float(np.median(ihdp or [np.nan]))
    median = Figure(middle, float("nan"), len(ihdp))
    yield line("IHDP, median PEHE", "<= .60", median, lambda value: value <= 0.6, 8)
    yield line("IHDP, mean PEHE", "<= 1.5", figure, lambda value: value <= 1.5, 8)
    for scenario in _PEERED:
        strict = scenario == "heterogeneous"
        bar = "below econml" + (", interval below 0" if strict else "")
        for name in ("PEHE", "regret"):
            for own, label in ((f"{name}, everybody", f"{scenario}: {name} minus econml's, paired"), (name, _AS_SHOWN)):
                gap = paired(rows, scenario, own, name)
                # "Interval below 0" is about the error itself: the upper end of the interval has to be below.
                upper = Figure(gap.value + gap.error, 0.0, gap.count) if strict else gap
                yield line(label, bar, upper, lambda value: value < 0, 40, gap.written)
    for scenario in ("null", "constant"):
        own = of(rows, "scenarios", scenario)
        pehe, regret = mean_of(row["PEHE"] for row in own), mean_of(row["regret, gated"] for row in own)
        yield line(f"{scenario}: PEHE", "<= .18", pehe, lambda value: value <= 0.18, 40)
        yield line(f"{scenario}: gated regret", "about 0", regret, lambda value: value <= 0.01, 40)


def _gate(rows: dict[str, Row]) -> Iterator[Line]:
    full, light = of(rows, "scenarios", "null"), of(rows, "null, light")
    both = share_of(full + light, "p", 0.05)
    yield line(
        f"no heterogeneity: rejections ({len(full)} with four arms and all learners, {len(light)} with two arms, light)",
        "<= .07", both, lambda value: value <= 0.07, 400,
    )  # fmt: skip
    own = share_of(full, "p", 0.05)
    yield line("the same, four arms and all learners only", "<= .07", own, lambda value: value <= 0.07, 100)
    opened = share_of(full + light, "open")
    yield line("no heterogeneity: individual advice open", "<= .07", opened, lambda value: value <= 0.07, 400)
    power = share_of(of(rows, "power"), "p", 0.05)
    yield line("power at sd .45, n = 1000, two arms (all and light learners)", ">= .9", power, lambda value: value >= 0.9, 40)
    power = share_of(of(rows, "scenarios", "heterogeneous"), "p", 0.05)
    yield line("power at sd .45, n = 1000, four arms", ">= .9", power, lambda value: value >= 0.9, 40)


def _coverage(rows: dict[str, Row]) -> Iterator[Line]:
    own = of(rows, "scenarios")
    every = own + of(rows, "null, light") + of(rows, "power")
    for name, label in (
        ("group of a difference", "group's interval of a difference"),
        ("group of an arm", "group's interval of the outcome under an arm"),
        ("range", "range of one patient's own outcome"),
    ):
        whole = ratio_of(every, f"held:{name}")
        yield line(f"coverage, {label}", ".93 to .97", whole, _LEVEL, 200)
        arms = sorted({key.rsplit(", ", 1)[1] for row in every for key in row if key.startswith(f"held:{name}, arm")})
        for by, cuts in (("arm", arms), ("support", _SUPPORT), ("fifth of risk", _FIFTHS)):
            found = {cut: ratio_of(every, f"held:{name}, {cut}") for cut in cuts}
            found = {cut: figure for cut, figure in found.items() if figure.count}
            if found:
                low, high = (end(found, key=lambda cut: found[cut].value) for end in (min, max))
                text = f"{found[low].written} ({low}) to {found[high].written} ({high})"
                yield line(f"the same by {by}, lowest and highest", ".93 to .97", list(found.values()), _LEVEL, 200, text)
    yield from _choice(rows)


def _choice(rows: dict[str, Row]) -> Iterator[Line]:
    """Value and gain of choosing by patient: by models that are light, and by the comparison's own."""
    light = of(rows, "gains")
    own = of(rows, "scenarios") + of(rows, "null, light") + of(rows, "power")
    value = ratio_of(light + own, "held:value of choosing")
    yield line("value of choosing by patient: interval holds the truth", ">= .90", value, lambda share: share >= 0.9, 200)
    gain = "held:gain of choosing"
    yield line("gain over an arm for everybody: interval holds the truth", ".93 to .97", ratio_of(light, gain), _LEVEL, 600)
    names = sorted({key.split("/")[1] for key in rows if key.startswith("gains/")})
    found = {name: ratio_of(of(rows, "gains", name), gain) for name in names}
    if found:
        low, high = (end(found, key=lambda name: found[name].value) for end in (min, max))
        text = f"{found[low].written} ({low}) to {found[high].written} ({high})"
        yield line("the same by trial, lowest and highest", ".93 to .97", list(found.values()), _LEVEL, 200, text)
    yield line("the same, with the comparison's own models", ".93 to .97", ratio_of(own, gain), _LEVEL, 100)
    null = [row for name in names if name.startswith("no effect") for row in of(rows, "gains", name)]
    shown = share_of(null, "gain shown")
    yield line("no effect: a gain over every arm is shown", "<= .025", shown, lambda value: value <= 0.025, 400)


def _averages(rows: dict[str, Row]) -> Iterator[Line]:
    for n in (125, 300, 600):
        for kind, label, needed in (("constant", "randomised", 1000), ("confounded", "routine care", 500)):
            figure = ratio_of(of(rows, "averages", f"{kind}, n = {n}"), "held:averages")
            yield line(f"average difference, n = {n}, {label}: coverage", ">= .93", figure, lambda value: value >= 0.93, needed)
    own = of(rows, "odds alone")
    if own:
        biases = [
            mean_of(row[f"held:bias per 100, {cut}"][0] / row[f"held:bias per 100, {cut}"][1] for row in own) for cut in _FIFTHS
        ]
        worst = max(biases, key=lambda figure: abs(figure.value))
        yield line(
            "one odds ratio, risks 2 to 60 %: largest bias of a fifth, per 100",
            "<= .5",
            biases,
            lambda value: abs(value) <= 0.5,
            400,
            worst.written,
        )
        held = [ratio_of(own, f"held:risk difference, {cut}") for cut in _FIFTHS]
        least = min(held, key=lambda figure: figure.value)
        yield line("the same: least coverage of a fifth", ">= .92", held, lambda value: value >= 0.92, 400, least.written)


def _advice(rows: dict[str, Row]) -> Iterator[Line]:
    own = [row for part in ("scenarios", "power", "null, light") for row in of(rows, part) if row["firm, individual"] > 0]
    wrong = sum(row["firm, individual, wrong"] for row in own) / max(sum(row["firm, individual"] for row in own), 1e-12)
    spread = ratio_of([{"x": [row["firm, individual, wrong"], row["firm, individual"]]} for row in own], "x")
    figure = Figure(wrong if own else float("nan"), spread.error, len(own))
    yield line("firm individual advice: wrong arm", "at most .10 of it", figure, lambda value: value <= 0.1, 40)
    never = of(rows, "stress", "never given above 70")
    above = mean_share_of(row["advised above 70"] for row in never)
    yield line("arm never given above 70: advised there", "0", above, lambda value: value == 0)
    below = mean_share_of(row["not advised below 70, all supported"] for row in never)
    yield line("the same: no advice where all arms are supported", "< .10", below, lambda value: value < 0.1)


def _real(rows: dict[str, Row]) -> Iterator[Line]:
    for row in of(rows, "known truth", "semi_null_rct"):
        found = Figure(row["individual advice"], float("nan"), 1)
        yield line("semi_null_rct: patients with individual advice", "0", found, lambda value: value == 0)
    for row in of(rows, "known truth", "semi_confounded_cont"):
        found = Figure(row["difference"], float("nan"), 1)
        text = f"{number(row['difference'])} [{number(row['low'])}, {number(row['high'])}], naive {number(row['naive'])}"
        met = row["difference"] < 0 and row["low"] <= row["true average"] <= row["high"]
        yield line("semi_confounded_cont: average", "negative, interval holds -.51", found, lambda value, met=met: met, 1, text)
    for row in of(rows, "bundled", "actg175_cd4"):
        effects = {(cells[0], cells[1]): cells[2] for cells in row["average_effects"]["rows"]}
        for arm, low, high in (("ZDV+ddI", 55.5, 83.6), ("ZDV+ddC", 24.6, 49.1), ("ddI", 29.4, 54.2)):
            found = Figure(effects[arm, "ZDV"], float("nan"), 1)
            yield line(
                f"ACTG 175: {arm} minus ZDV",
                f"{low} to {high}",
                found,
                lambda value, ends=(low, high): ends[0] <= value <= ends[1],
            )
        gain = next(cells for cells in row["policy_gain"]["rows"] if cells[1] == "ZDV+ddI")
        text = f"{number(gain[2])} [{number(gain[3])}, {number(gain[4])}]"
        found = Figure(gain[2], float("nan"), 1)
        yield line(
            "ACTG 175: gain of choosing by patient",
            "interval includes 0",
            found,
            lambda value, gain=gain: gain[3] <= 0 <= gain[4],
            1,
            text,
        )


def _cost(rows: dict[str, Row]) -> Iterator[Line]:
    for design in ("randomised", "routine"):
        own = of(rows, "cost", design)
        if own:
            ratio = min(row["comparison, CPU s"] / row["plain study, CPU s"] for row in own)
            yield line(
                f"comparison / plain study, {design}", "<= 5", Figure(ratio, float("nan"), len(own)), lambda value: value <= 5
            )
            one = min(row["one patient, ms"] for row in own)
            yield line(
                f"one patient under every arm, {design}, ms",
                "< 100",
                Figure(one, float("nan"), len(own)),
                lambda value: value < 100,
            )
            many = min(row["10,000 patients, s"] for row in own)
            yield line(f"10,000 patients, {design}, s", "< 10", Figure(many, float("nan"), len(own)), lambda value: value < 10)
