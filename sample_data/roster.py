"""A base's firms as the rows of its roster: invented names, credit codes whose check characters are right, and words
instead of the simulation's numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from sample_data.firms import FOUNDER, INDUSTRIES, SRDI, STATUS, FirmQuarter
from sample_data.programme import Member

AREAS = {
    "BJ": 11, "TJ": 12, "HE": 13, "SX": 14, "NM": 15, "LN": 21, "JL": 22, "HL": 23, "SH": 31, "JS": 32, "ZJ": 33,
    "AH": 34, "FJ": 35, "JX": 36, "SD": 37, "HA": 41, "HB": 42, "HN": 43, "GD": 44, "GX": 45, "HI": 46, "CQ": 50,
    "SC": 51, "GZ": 52, "YN": 53, "XZ": 54, "SN": 61, "GS": 62, "QH": 63, "NX": 64, "XJ": 65,
}  # fmt: skip
"""The first two digits of a province's area codes in GB/T 2260."""
NOWHERE = "9999"
"""The rest of an area code that no place has: an invented code is never a real firm's."""
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CODE_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

WORDS: dict[str, Sequence[str]] = {
    "status": STATUS,
    "srdi": SRDI,
    "founder_group": FOUNDER,
    "industry_code": INDUSTRIES,
    "hightech": ("no", "yes"),
    "techsme": ("no", "yes"),
    "cross_region": ("no", "yes"),
}
DATES = ("reg_date", "entry_date", "status_date")


def credit_code(member: Member, serial: int) -> str:
    """The firm's unified social credit code (GB 32100-2015), with the organisation code of GB 11714 inside."""
    body = f"{member.number % 1000:03d}{serial:05d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    organisation = body + "0123456789X0"[(11 - total % 11) % 11]
    area = AREAS.get(member.base.province, 11 + member.number % 50)
    code = f"91{area:02d}{NOWHERE}{organisation}"
    total = sum(CODE_CHARACTERS.index(character) * weight for character, weight in zip(code, CODE_WEIGHTS, strict=True))
    return code + CODE_CHARACTERS[-total % 31]


def column(quarter: FirmQuarter, code: str) -> np.ndarray:
    """One column of the roster; choices are in words."""
    values = quarter.rows[code]
    return np.array(WORDS[code])[values.astype(int)] if code in WORDS else values


def rows(member: Member, quarter: FirmQuarter, codes: Sequence[str]) -> list[dict[str, Any]]:
    """The roster with these columns, a row for each firm."""
    columns = [_cells(member, quarter, code) for code in codes]
    return [dict(zip(codes, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _cells(member: Member, quarter: FirmQuarter, code: str) -> list[Any]:
    if code == "uscc":
        return [credit_code(member, serial) for serial in quarter.rows["serial"].tolist()]
    if code == "firm_name":
        return [f"示例企业 {member.base.code}-{serial:04d}" for serial in quarter.rows["serial"].tolist()]
    cells = column(quarter, code).tolist()
    if code in DATES:
        return [date.fromordinal(day) if day else None for day in cells]
    return cells
