"""Writes docs/data-dictionary.md and docs/methods.md from the catalogue, so that they cannot say something else."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from etl.catalogue import Text
from etl.findings import READING
from etl.form import Check, Form
from indicators import method_words
from indicators.definition import Definitions, Indicator

MADE = "<!-- Made by `make docs` from the catalogue; do not edit. -->"


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
    yield from (_both(method_words.PROPOSAL), "", "## From values to ranks", "")
    for number, step in enumerate(method_words.steps(definitions), start=1):
        yield from (f"{number}. **{_both(step.name)}**: {step.text.en}", "", f"   {step.text.zh}", "")
    yield from ("## Settings", "")
    yield "What the rules of lamps and grades say stands in [verdicts.md](verdicts.md), of noise in [signals.md](signals.md)."
    yield ""
    for group in method_words.settings(definitions):
        yield from (f"### {_both(group.name)}", "")
        yield from _table(
            ("setting", "what it is", "value", "where it comes from"),
            ((f"`{line.key}`", _both(line.name), _once(line.value), _both(line.source)) for line in group.lines),
        )
    size = definitions.method.verdicts.size
    yield from (f"The size of a base, for its usual ups and downs: `{size}`.", "")
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


def _indicator(indicator: Indicator, form: Form) -> Iterator[str]:
    yield from (f"#### {indicator.code} {_both(indicator.name)}", "", _both(indicator.why), "")
    yield f"- `{indicator.formula}` ({indicator.unit or '–'}); {indicator.direction}; weight {indicator.weight:g}"
    beside = "" if indicator.alone else ", counted only beside another missed floor"
    yield f"- floor: {method_words.floor_in_words(indicator.floor).en}{beside}; asked of {_types(indicator.base_types, form)}"
    if indicator.paragraphs:
        yield f"- paragraphs: {'; '.join(indicator.paragraphs)}"
    if indicator.basis:
        yield f"- basis: {_both(indicator.basis)}"
    if indicator.reviewed:
        yield f"- reviewed: {indicator.reviewed:%Y-%m-%d}"
    yield ""


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


def _once(text: Text) -> str:
    """Both languages, or one where they say the same."""
    return text.en if text.en.replace(" %", "%") == text.zh else _both(text)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""
