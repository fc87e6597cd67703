"""What `explain` prints: a number, and below it what it is made of, down to the cells."""

from indicators.explain import Explanation
from indicators.explain_scores import Judgement, Score

MISSING = {
    "": "not there",
    "zero_denominator": "zero denominator",
    "withheld": "left blank",
    "no_return": "no accepted return",
    "history": "before the base's first quarter",
    "not_asked": "not asked of this type of base; counts as 0 where it is added",
}
"""Why a value is missing, in words."""


def lines(found: Explanation | Score | Judgement) -> list[str]:
    match found:
        case Score():
            return _score(found)
        case Judgement():
            return _judgement(found)
    return _indicator(found)


def _indicator(found: Explanation) -> list[str]:
    indicator = found.indicator
    value = f"missing: {MISSING[found.missing or '']}" if found.value is None else f"{found.value:,.6g} {found.unit}"
    told = [
        f"{indicator.code} {indicator.name.en} · {indicator.name.zh}",
        f"{found.base} {found.period}: {value}",
        f"  = {indicator.formula}",
    ]
    if found.numerator is not None and found.denominator is not None:
        told.append(f"  numerator {found.numerator:,.6g}, denominator {found.denominator:,.6g}")
    for operand in found.operands:
        place = f"{operand.file} {operand.sheet}!{operand.cell}" if operand.cell else MISSING[operand.missing or ""]
        amount = "–" if operand.value is None else f"{operand.value:,.6g}"
        told.append(f"  {operand.period}  {operand.measure:<20} {amount:>16}  {place}")
        for about in operand.findings:
            told.append(f"      {about.severity} {about.code}: {about.message}")
            if about.answer:
                told.append(f"      answer: {about.answer}")
    told.append("  asked for by:")
    told += [f"    {paragraph['code']:<10} {paragraph['en']} · {paragraph['zh']}" for paragraph in found.paragraphs]
    return told


def _score(found: Score) -> list[str]:
    value = "missing" if found.value is None else f"{found.value:.4f}"
    rank = "" if found.rank is None else f", rank {found.rank}"
    sure = "" if found.low is None else f" (90 % of replications: {found.low:g}–{found.high:g})"
    told = [
        f"{found.code} {found.name['en']} · {found.name['zh']}",
        f"{found.base} {found.period} in {found.publication}: {value}{rank}{sure}",
        f"  = the sum of share × score; missing where less than {found.min_share:.0%} of the weight is there",
    ]
    for part in found.components:
        score = "–" if part.score is None else f"{part.score:.4f}"
        why = f"  ({MISSING[part.why]})" if part.why else ""
        told.append(
            f"  {part.code:<14} weight {part.weight:>5g}  share {part.share:7.4f} × {score:>9} = {part.contribution:9.4f}{why}"
        )
    for part in found.components:
        told += ["", *(f"  {line}" for line in lines(part.below))]
    return told


def _judgement(found: Judgement) -> list[str]:
    told = [f"{found.base} {found.period} in {found.publication}: {found.code} {found.value or '–'}"]
    told += [f"  {name}: {value}" for name, value in found.verdict.items() if value is not None]
    for reason, below in found.reasons:
        told += ["", f"  because: {reason['words']['en']}", f"  理由：{reason['words']['zh']}"]
        told += [f"    {line}" for line in lines(below)] if below else []
    return told
