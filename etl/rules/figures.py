"""Rules on single figures: nothing that is not asked, everything in range, nothing blank without a word."""

from collections.abc import Iterator

from etl.findings import Finding
from etl.rules.context import Context, Parameters, Rule
from etl.wording import number


def not_asked(context: Context, _: Parameters) -> Iterator[Finding]:
    """A measure that the form does not ask of the base's type is blank."""
    kind = context.form.types[context.base.type].name
    for code, entry in context.item.entries.items():
        measure = context.form.measures[code]
        if entry.value is not None and context.base.type not in measure.base_types:
            yield context.finding(
                f"{measure.full_name.en} = {number(entry.value)}, but it is not asked of {kind.en.lower()}.",
                f"{measure.full_name.zh}={number(entry.value)},但{kind.zh}不填报此项。",
                measure=code,
                anticipated={code: 0.0},
            )


def in_range(context: Context, _: Parameters) -> Iterator[Finding]:
    """Counts are whole; every value lies in min..max of the dictionary."""
    for code, entry in context.item.entries.items():
        measure, value = context.form.measures[code], entry.value
        if value is None:
            continue
        if not measure.min <= value <= measure.max:
            yield context.finding(
                f"{measure.full_name.en} = {number(value)}, outside {number(measure.min)} to {number(measure.max)}.",
                f"{measure.full_name.zh}={number(value)},超出{number(measure.min)}至{number(measure.max)}的范围。",
                measure=code,
            )
        elif measure.value_type == "count" and not value.is_integer():
            yield context.finding(
                f"{measure.full_name.en} = {number(value)}, but a count is a whole number.",
                f"{measure.full_name.zh}={number(value)},计数应为整数。",
                measure=code,
            )


def blank(context: Context, _: Parameters) -> Iterator[Finding]:
    """An asked measure is blank."""
    unreadable = {finding.measure for finding in context.item.findings if finding.code.startswith("F")}
    for measure in context.form.measures_of(context.base.type):
        if context.item.value(measure.code) is None and measure.code not in unreadable:
            # Nothing to suspect: a blank is surely not the figure.
            en, zh = f"{measure.full_name.en} is blank.", f"{measure.full_name.zh}未填。"
            yield context.finding(en, zh, measure=measure.code, suspicion=1.0)


RULES = {"not_asked": Rule(not_asked), "range": Rule(in_range), "blank": Rule(blank)}
