"""Writes docs/data-dictionary.md and docs/methods.md from the catalogue, so that they cannot say something else."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from etl.catalogue import Text
from etl.findings import READING
from etl.form import Check, Form
from indicators.definition import Definitions, Floor, Indicator
from indicators.verdicts.settings import VerdictSettings

MADE = "<!-- Made by `make docs` from the catalogue; do not edit. -->"
FLOOR_WORDS = {
    "min": "at least {}",
    "max": "at most {}",
    "above": "more than {}",
    "peer_p20": "not in the lowest fifth of the peers",
    "min_ratio_to_last_year": "at least {} × the value a year ago",
    "min_per_elapsed_quarter": "at least {} for each quarter of the year gone by",
    "max_fall_in_points_over_a_year": "at most {} points below the value a year ago",
}


def pages(form: Form, definitions: Definitions) -> dict[str, str]:
    """File name → its text."""
    return {
        "data-dictionary.md": "\n".join(_dictionary(form)) + "\n",
        "methods.md": "\n".join(_methods(form, definitions)) + "\n",
    }


def write(folder: Path, form: Form, definitions: Definitions) -> None:
    for name, text in pages(form, definitions).items():
        (folder / name).write_text(text, encoding="utf-8")


def _dictionary(form: Form) -> Iterator[str]:
    yield from (MADE, "# Data dictionary · 数据字典", "")
    yield f"{form.programme.name.en} · {form.programme.name.zh}. What a base reports each quarter, and what is checked."
    yield from ("", "## Measures", "")
    for section in form.sections.values():
        inside = [measure for measure in form.measures.values() if measure.section == section.code]
        yield from (f"### {_both(section.name)}", "")
        yield from _table(
            ("code", "measure", "unit", "timing", "range", "asked of", "paragraphs", "how to count"),
            (
                (
                    f"`{m.code}`",
                    _both(m.name),
                    m.unit,
                    m.timing,
                    f"{m.min:g} … {m.max:g}",
                    _types(m.base_types, form),
                    "; ".join(m.paragraphs),
                    _both(m.guide) if m.guide else "",
                )
                for m in inside
            ),
        )
    yield from ("## Roster", "", "One row for every firm that was in the base on any day of the quarter.", "")
    yield from _table(
        ("column", "name", "type", "agrees with", "note"),
        (
            (
                f"`{c.code}`",
                _both(c.name),
                c.value_type,
                ", ".join(t.measure for t in c.totals),
                _both(c.note) if c.note else "",
            )
            for c in form.roster.values()
        ),
    )
    yield from (
        "## Checks",
        "",
        "An `error` blocks the return; a `query` must be answered with a reason or corrected. A reason that a reviewer "
        "accepted is remembered while the query is about the same thing and its number stays in the range given here.",
        "",
    )
    yield from _table(
        ("code", "severity", "what should hold", "rule", "a reason is remembered", "advice"),
        (
            (
                c.code,
                c.severity,
                _both(c.name),
                f"`{c.formula}`" if c.formula else f"rule `{c.rule}`",
                _remembered(c),
                _both(c.advice),
            )
            for c in form.checks.values()
        ),
    )
    yield from ("## Faults of reading", "", "What can be wrong with a workbook before its figures are looked at.", "")
    yield from _table(("code", "severity", "message"), ((k, s, f"{en} · {zh}") for k, (s, en, zh) in READING.items()))


def _methods(form: Form, definitions: Definitions) -> Iterator[str]:
    method = definitions.method
    yield from (MADE, "# Methods · 方法", "")
    yield (
        "No published list of the programme's own evaluation indicators was found. The indicators, weights and floors "
        "here are a proposal built from the State Council's opinion of 30 July 2020 and from published practice; all "
        "of it is data that the programme's owner can change."
    )
    yield from ("", "## From values to ranks", "")
    yield from _steps(definitions)
    yield from ("", "## Lamps and grades", "")
    yield from _verdicts(method.verdicts)
    yield from ("## Indicators", "")
    for pillar in method.pillars:
        inside = definitions.of_pillar(pillar.code)
        weight = sum(indicator.weight for indicator in inside)
        yield from (
            f"### {_both(pillar.name)}",
            "",
            "Shown, not part of the index." if pillar.bonus else f"Weight {weight:g}.",
            "",
        )
        for indicator in inside:
            yield from _indicator(indicator, form)


def _steps(definitions: Definitions) -> Iterator[str]:
    method, scores = definitions.method, definitions.method.scores
    yield "1. **Value**: factor × numerator ÷ denominator, in the formula language. A missing operand makes it missing."
    yield (
        "2. **Score**: percentile rank within the type of base, (rank − 1) ÷ (n − 1) × 100, "
        f"ties: {scores.ties}, in the indicator's direction."
    )
    yield (
        f"3. **Missing**: an asked measure left blank scores {scores.withheld:g}, so that silence never pays; a zero "
        "denominator scores lowest where the definition says so, and otherwise drops out, as do indicators that are "
        "not asked of the type or have too little history. A base without an accepted return is not ranked, and the "
        "missing return is flagged."
    )
    yield (
        f"4. **Pillars and index**: weighted arithmetic means; at least {scores.min_share:.0%} of the weight must be "
        "there. A pillar weighs the sum of its indicators' weights."
    )
    yield "5. **Rank**: within the type; ties take the best place; ranks are taken before any rounding."
    yield (
        "6. **Groups** (types, regions, provinces): numerators and denominators are summed over the bases that "
        "reported every operand, then divided; never the mean of the bases' ratios."
    )
    floors = method.floors
    yield (
        f"7. **Flags**: an indicator past its floor (hardship bases: positive lower floors × {floors.hardship_lower:g}, "
        f"others × {floors.hardship_upper:g}; {floors.source.en}), a pillar below the peers' "
        f"{method.peers.weak_below:g}th percentile, a missing return."
    )
    certainty = method.certainty
    low, high = certainty.interval
    yield (
        f"8. **Certainty**: {certainty.replications:,} replications with every weight × its own draw from "
        f"{1 - certainty.weight_noise:g} … {1 + certainty.weight_noise:g}, scores as one of "
        f"{', '.join(certainty.normalisations)}"
        f"{', and one indicator, or none, left out' if certainty.leave_one_out else ''}; a rank's interval is the "
        f"{low:g}th to {high:g}th percentile of the ranks, and a base is said to be among the first or the last only "
        f"where {method.verdicts.agreement.value:g} % of the replications agree."
    )
    signals = method.signals
    yield (
        f"9. **Is it noise?** Against peers: funnel limits at {signals.funnel.alarm:.1%} within the type, for ratios of "
        f"counts, with at most {signals.funnel.false_discovery:.0%} false ones among the quarter's flags "
        f"({signals.funnel.source.en}). Over time: process charts of the base's own series from "
        f"{signals.history.least_points} points ({signals.history.source.en}). See [signals.md](signals.md)."
    )


def _verdicts(settings: VerdictSettings) -> Iterator[str]:
    """Every threshold with its source."""
    yield from ("What each rule says stands in [verdicts.md](verdicts.md). These are its thresholds.", "")
    yield from _table(
        ("setting", "what it is", "value", "where it comes from"),
        (
            (f"`{name}`", _both(setting.name), f"{setting.value:g}", _both(setting.source))
            for name, setting in settings.thresholds.items()
        ),
    )
    yield from (f"The size of a base, for its usual ups and downs: `{settings.size}`.", "")


def _indicator(indicator: Indicator, form: Form) -> Iterator[str]:
    yield from (f"#### {indicator.code} {_both(indicator.name)}", "", _both(indicator.why), "")
    yield f"- `{indicator.formula}` ({indicator.unit or '–'}); {indicator.direction}; weight {indicator.weight:g}"
    beside = "" if indicator.alone else ", counted only beside another missed floor"
    yield f"- floor: {floor_in_words(indicator.floor)}{beside}; asked of {_types(indicator.base_types, form)}"
    if indicator.paragraphs:
        yield f"- paragraphs: {'; '.join(indicator.paragraphs)}"
    if indicator.basis:
        yield f"- basis: {_both(indicator.basis)}"
    yield ""


def floor_in_words(floor: Floor | None) -> str:
    """The floor's rule and value in English."""
    if floor is None:
        return "none"
    words = FLOOR_WORDS[floor.rule].format("" if floor.value is None else f"{floor.value:g}")
    others = [f"{kind}: {'none' if value is None else f'{value:g}'}" for kind, value in floor.by_type.items()]
    return f"{words} ({'; '.join(others)})" if others else words


def _remembered(check: Check) -> str:
    """How long an accepted reason answers the check's query."""
    if check.severity != "query":
        return ""
    match check.remembered_within:
        case None:
            return "for its quarter only"
        case 0:
            return "while it stays the same"
        case share:
            return f"within ÷ {1 + share:g} … × {1 + share:g}"


def _types(codes: list[str], form: Form) -> str:
    return "all" if set(codes) == set(form.types) else ", ".join(codes)


def _both(text: Text) -> str:
    return f"{text.en} · {text.zh}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""
