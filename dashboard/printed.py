"""What is printed of a return: the cover sheet to sign and seal, and the receipt of a submission.

Both carry the version's number and hash as text and as a QR code, so that paper and file can be held against each other.
"""

from typing import Any

import segno
from markupsafe import Markup

from dashboard import hashes, numbers, return_words, texts
from dashboard.view import View
from etl.form import Measure, load_form
from etl.versions import Version
from indicators.repository import returns as desks
from indicators.repository import sending as repository
from indicators.repository.returns import Desk, Line


def cover(view: View, base: str, period: str, number: int) -> dict[str, Any]:
    """What the template of the cover sheet needs."""
    desk: Desk = view.ask_now(desks.desk, base, period)
    version = _version(desk, number)
    lines = view.ask_now(desks.beside, base, period, number).lines
    submitted = return_words.submission(desk.events, version)
    mark = _mark(version) if submitted else _say("return.cover.not_submitted")
    when = return_words.happened_at(view, submitted) if submitted else None
    return {**_both(view, desk, version), "watermark": mark, "when": when, "sections": _sections(lines)}


def receipt(view: View, base: str, period: str, number: int | None) -> dict[str, Any]:
    """What the template of the receipt needs. Raises LookupError for what was not submitted."""
    desk: Desk = view.ask_now(desks.desk, base, period)
    submissions = {
        version.version: (version, event)
        for version in desk.versions
        if (event := return_words.submission(desk.events, version))
    }
    wanted = number or max(submissions, default=0)
    if wanted not in submissions:
        raise LookupError(f"{base} {period}: version {wanted} was not submitted")
    version, submitted = submissions[wanted]
    return {
        **_both(view, desk, version),
        "lang": texts.HTML_LANG[view.language],
        "language": view.language,
        "quarter": numbers.quarter(period, view.language),
        "when": return_words.happened_at(view, submitted),
        "who": return_words.who(view, submitted),
        "state_word": return_words.state_word(view, version.state),
        "shape": return_words.SHAPES[version.state],
        "file": view.ask_now(repository.file_names, base, period).get(version.version, ""),
    }


def _version(desk: Desk, number: int) -> Version:
    return next(version for version in desk.versions if version.version == number)


def _both(view: View, desk: Desk, version: Version) -> dict[str, Any]:
    form = load_form()
    province = form.provinces.get(desk.base.province)
    return {
        "en": texts.speaker("en"),
        "zh": texts.speaker("zh"),
        "programme": form.programme,
        "base": desk.base,
        "kind": form.types[desk.base.type].name,
        "province": province.name if province else None,
        "period": desk.quarter.period,
        "quarter_zh": numbers.quarter(desk.quarter.period, "zh"),
        "version": version,
        "qr": qr(desk, version),
        "say": view.say,
    }


def _say(key: str) -> str:
    return f"{texts.speaker('zh')(key)} · {texts.speaker('en')(key)}"


def _mark(version: Version) -> str:
    return f"v{version.version} · {version.sha256[: hashes.SHORT]}"


def qr(desk: Desk, version: Version) -> Markup:
    """The QR code as SVG. It holds a plain line: the product, base, quarter, version and hash."""
    told = f"Basewatch {desk.base.code} {desk.quarter.period} v{version.version} {version.sha256}"
    picture = segno.make(told, error="m").svg_inline(light="#fff", border=2, omitsize=True)
    return Markup(picture)  # noqa: S704  # digits of a drawing, nothing of the text


def _sections(lines: tuple[Line, ...]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The measures by section: name, unit and value as it is printed."""
    form = load_form()
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        row = {
            "name": line.measure.name,
            "unit": form.unit(line.measure.unit),
            "value": value(line.measure, line.value),
        }
        found.setdefault(line.measure.section, []).append(row)
    return [(form.sections[code].name, rows) for code, rows in found.items()]


def value(measure: Measure, number: float | None) -> str:
    """A value as it stands in the return: counts whole, money and areas with their decimals."""
    if number is None:
        return numbers.NONE
    return numbers.plain(number, 0 if float(number).is_integer() and measure.value_type != "amount" else 2)
