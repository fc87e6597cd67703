"""The firms of one base, quarter by quarter: they enter, hire, earn, raise money, graduate, leave and close.

A firm is a place in a set of arrays. Everything that a return says of firms is added up from the rows that are made
here, so that return and roster agree because they are the same thing.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from etl import periods
from sample_data import rates
from sample_data.programme import Member
from sample_data.traits import Traits

Firms = dict[str, np.ndarray]
"""One array for each property of a firm, in the order in which the firms entered."""

BURN_IN = 4
"""Quarters before the sample's first, so that it begins in the middle of things."""
FEWEST_LEFT = 3
STATUS = ("incubating", "graduated", "exited", "closed")
INCUBATING, GRADUATED, EXITED, CLOSED = range(4)
SRDI = ("none", "provincial", "giant")
FOUNDER = ("student", "returnee", "researcher", "overseas", "other")
INDUSTRIES = tuple(rates.INDUSTRIES)

FALL_OF_HIRES, FALL_OF_ENTRIES, FALL_OF_GRADUATIONS, FALL_OF_FINANCE, FALL_OF_KEY = 0.75, 0.85, 0.7, 0.9, 0.6
RISE_OF_EXITS, RISE_OF_SEPARATIONS, MORE_CLOSURES = 5.0, 1.0, 0.3
"""What full decline does to a base's rates."""


@dataclass(frozen=True)
class FirmQuarter:
    """Every firm that was in the base on any day of one quarter. Days are proleptic ordinals, money is in 万元."""

    period: str
    rows: Firms
    start: int
    """Firms in incubation when the quarter began."""
    entered: int
    financed_this_year: int
    """Distinct firms with any finance since 1 January."""

    @property
    def incubating(self) -> np.ndarray:
        return self.rows["status"] == INCUBATING

    def count(self, *statuses: int) -> int:
        return int(np.isin(self.rows["status"], statuses).sum())


class Incubator:
    """The firms that are in one base now."""

    def __init__(self, member: Member, traits: Traits, first: str, rng: np.random.Generator):
        self.kind, self.traits, self.rng = member.base.type, traits, rng
        self._largest = float(np.clip(5 * member.firms, 30, 150))
        self._made = 0
        self._financed: set[int] = set()
        opening = periods.starts(periods.shift(first, -BURN_IN)).toordinal()
        days = np.sort(opening - rng.integers(1, 4 * 365, member.firms))
        self.firms = self._make(days, rates.EMPLOYEES, 1.0)
        for back in range(BURN_IN, 0, -1):
            self.quarter(periods.shift(first, -back), 0.0)

    def quarter(self, period: str, strain: float) -> FirmQuarter:
        """Lives through one quarter; `strain` is 0 in ordinary times and 1 in full decline."""
        before, first = len(self.firms["serial"]), periods.starts(period).toordinal()
        days = periods.ends(period).toordinal() - first + 1
        self._leave(first, days, strain)
        entered = self._enter(first, days, strain, before)
        self._staff(period, first, strain)
        self._earn(period, first, strain)
        self._finance(period, strain)
        self._progress()
        rows = self.firms
        financed = self._count_financed(period, rows)
        staying = rows["status"] == INCUBATING
        self.firms = {name: values[staying] for name, values in rows.items()}
        return FirmQuarter(period, rows, before, entered, financed)

    def _make(self, entry_days: np.ndarray, employees: tuple[float, float], share: float) -> Firms:
        """New firms with that size; they hold `share` of the patents and certificates of firms in the middle of life."""
        rng, traits, count = self.rng, self.traits, len(entry_days)
        serial = np.arange(self._made + 1, self._made + count + 1)
        self._made += count
        # One draw from each of `count` equal parts of the distribution: small bases differ less by mere chance.
        place = (rng.permutation(count) + rng.random(count)) / max(count, 1)
        size = np.exp(np.log(employees[0] * traits.staff) + employees[1] * np.array([*map(_NORMAL.inv_cdf, place)]))
        patents = rng.poisson(rng.gamma(0.7, traits.patents * share / 0.7, count))
        srdi = rng.random(count) < traits.srdi * share
        return {
            "serial": serial,
            "reg_date": entry_days - rng.lognormal(5.0, 0.8, count).astype(int),
            "entry_date": entry_days,
            "industry_code": rng.choice(len(INDUSTRIES), count, p=_INDUSTRY_WEIGHTS),
            "founder_group": rng.choice(len(FOUNDER), count, p=rates.FOUNDERS[self.kind]),
            "status": np.zeros(count, dtype=int),
            "status_date": np.zeros(count, dtype=int),
            "employees": np.clip(size, 1, self._largest).astype(int),
            "ip_valid": patents,
            "ip_invention": rng.binomial(patents, rates.INVENTIONS),
            "hightech": rng.random(count) < traits.hightech * share,
            "techsme": rng.random(count) < traits.techsme * share,
            "srdi": srdi * (1 + (rng.random(count) < rates.GIANT_OF_SRDI)),
            "cross_region": rng.random(count) < traits.cross_region,
            "college": rng.beta(6 * traits.college, 6 * (1 - traits.college), count),
            "output": traits.revenue * rng.lognormal(-0.125, 0.5, count),
            "research": np.minimum(traits.research * rng.lognormal(-0.245, 0.7, count), 0.6),
        }

    def _leave(self, first: int, days: int, strain: float) -> None:
        """Some firms graduate, the larger ones sooner; some leave or close, the smaller ones sooner."""
        rng, traits, firms = self.rng, self.traits, self.firms
        size, count = firms["employees"], len(firms["serial"])
        ripe = firms["entry_date"] < first - 91 * rates.GRADUATION_AFTER
        graduation = traits.graduation / 4 * (1 - FALL_OF_GRADUATIONS * strain) * ripe * _relative(size**0.5)
        leaving = traits.exit / 4 * (1 + RISE_OF_EXITS * strain) * _relative(size**-0.3)
        graduation = graduation / max(float(ripe.mean()), 0.3) if count else graduation
        draw = rng.random(count)
        gone = np.where(draw < graduation, GRADUATED, np.where(draw < graduation + leaving, EXITED, INCUBATING))
        closed = rng.random(count) < rates.CLOSED_OF_EXITS + MORE_CLOSURES * strain
        gone[(gone == EXITED) & closed] = CLOSED
        gone[np.flatnonzero(gone)[max(0, count - FEWEST_LEFT) :]] = INCUBATING
        firms["status"] = gone
        firms["status_date"] = np.where(gone > 0, first + rng.integers(0, days, count), 0)

    def _enter(self, first: int, days: int, strain: float, before: int) -> int:
        """New firms come in, a few of them for less than the quarter. Returns how many."""
        count = int(self.rng.poisson(self.traits.entry / 4 * (1 - FALL_OF_ENTRIES * strain) * before))
        entry = np.sort(first + self.rng.integers(0, days, count))
        firms = self._make(entry, rates.NEWCOMER, 0.6)
        away = self.rng.random(count) < rates.GONE_AT_ONCE
        firms["status"][away] = EXITED
        firms["status_date"] = np.where(away, entry + (first + days - 1 - entry) // 2, 0)
        self.firms = {name: np.concatenate([self.firms[name], new]) for name, new in firms.items()}
        return count

    def _staff(self, period: str, first: int, strain: float) -> None:
        """People are hired, graduates most in the third quarter, and others leave."""
        rng, traits, firms = self.rng, self.traits, self.firms
        season = rates.GRADUATE_SEASON[periods.quarter(period) - 1]
        graduates = traits.graduates * (1 - FALL_OF_KEY * strain)
        pace = traits.hires * (1 - FALL_OF_HIRES * strain) * ((1 - graduates) / 4 + graduates * season)
        size, part = firms["employees"], _part_of_quarter(firms, first)
        hires = rng.poisson(size * pace * part)
        of_them = graduates * season / ((1 - graduates) / 4 + graduates * season)
        firms["hires"] = hires
        firms["hires_grad"] = rng.binomial(hires, of_them)
        other = rng.binomial(hires - firms["hires_grad"], traits.other_key * (1 - FALL_OF_KEY * strain))
        firms["hires_key"] = firms["hires_grad"] + other
        gone = rng.binomial(size, np.minimum(traits.separations / 4 * (1 + RISE_OF_SEPARATIONS * strain) * part, 1))
        firms["employees"] = np.where(firms["status"] == CLOSED, 0, np.maximum(size + hires - gone, 1))
        firms["highedu"] = np.rint(firms["employees"] * firms["college"]).astype(int)

    def _earn(self, period: str, first: int, strain: float) -> None:
        """Revenue follows the people and the season; research is a share of it."""
        firms, count = self.firms, len(self.firms["serial"])
        season = rates.REVENUE_SEASON[periods.quarter(period) - 1]
        people = np.maximum(firms["employees"], 1) * _part_of_quarter(firms, first)
        firms["revenue"] = np.round(people * firms["output"] * season * self.rng.lognormal(0, 0.12, count), 2)
        firms["rd"] = np.round(
            firms["revenue"] * np.minimum(firms["research"] * self.rng.lognormal(0, 0.12, count), 0.9), 2
        )

    def _finance(self, period: str, strain: float) -> None:
        """A few firms raise money. Early rounds are the smaller ones; the kinds of loan overlap."""
        rng, traits, firms = self.rng, self.traits, self.firms
        ease = (1 - FALL_OF_FINANCE * strain) * (firms["status"] != CLOSED)
        count = len(firms["serial"])
        early = rng.random(count) < traits.early
        firms["equity"] = self._deals(traits.equity / 4 * ease, np.where(early, rates.EARLY_MEAN, rates.LATER_MEAN))
        firms["early_equity"] = firms["equity"] * early
        season = rates.LOAN_SEASON[periods.quarter(period) - 1]
        loan = firms["loan"] = self._deals(traits.loans / 4 * season * ease, rates.LOAN_MEAN)
        credit = firms["loan_credit"] = self._part(loan, traits.credit * (1 - strain / 2))
        firms["loan_mlt"] = self._part(loan, traits.long)
        firms["loan_ip"] = self._part(np.round(loan - credit, 2), traits.pledged / (1 - traits.credit))
        guaranteed = self._part(np.round(loan - credit, 2), traits.guaranteed / (1 - traits.credit))
        firms["loan_guar"] = guaranteed * (self.kind != "institute")
        asked = self.kind in ("regional", "enterprise")
        firms["bond"] = self._deals(rates.BOND_RATE / 4 * ease * asked, rates.BOND_MEAN)
        firms["other_fin"] = self._deals(traits.other_finance / 4 * ease, rates.OTHER_MEAN)

    def _deals(self, chance: np.ndarray, mean: np.ndarray | float) -> np.ndarray:
        """An amount for the firms that get one, each with its chance; 0 for the others."""
        count, sigma = len(chance), rates.DEAL_SIGMA
        amount = mean * self.rng.lognormal(-(sigma**2) / 2, sigma, count)
        return np.round(np.clip(amount, 5, rates.LARGEST_DEAL), 2) * (self.rng.random(count) < chance)

    def _part(self, amount: np.ndarray, share: float) -> np.ndarray:
        """Part of each amount, `share` of them all on the average: more than half of a firm's, or nothing."""
        has = self.rng.random(len(amount)) < share / 0.6
        return np.minimum(np.round(amount * self.rng.beta(3, 2, len(amount)), 2) * has, amount)

    def _progress(self) -> None:
        """Firms in incubation win rights and certificates, at the pace that holds the base's level."""
        rng, traits, firms = self.rng, self.traits, self.firms
        count, here = len(firms["serial"]), firms["status"] == INCUBATING
        new = rng.poisson(0.03 * traits.patents, count) * here
        firms["ip_valid"] = firms["ip_valid"] + new
        firms["ip_invention"] = firms["ip_invention"] + rng.binomial(new, rates.INVENTIONS)
        for name, level in (("hightech", traits.hightech), ("techsme", traits.techsme), ("srdi", traits.srdi)):
            won = (rng.random(count) < 0.025 * level / (1 - level)) & here
            firms[name] = np.maximum(firms[name], won)

    def _count_financed(self, period: str, rows: Firms) -> int:
        """Distinct firms financed since 1 January, this quarter's included."""
        if periods.quarter(period) == 1:
            self._financed.clear()
        self._financed.update(rows["serial"][financed(rows)].tolist())
        return len(self._financed)


def financed(rows: Firms) -> np.ndarray:
    """Which firms got any finance."""
    return rows["equity"] + rows["loan"] + rows["bond"] + rows["other_fin"] > 0


def _part_of_quarter(firms: Firms, first: int) -> np.ndarray:
    """1 for firms that were there all the quarter, a half for those that came or left in it."""
    return np.where((firms["status"] != INCUBATING) | (firms["entry_date"] >= first), 0.5, 1.0)


def _relative(values: np.ndarray) -> np.ndarray:
    return values / values.mean() if len(values) else values


_NORMAL = NormalDist()
_INDUSTRY_WEIGHTS = np.array(list(rates.INDUSTRIES.values())) / sum(rates.INDUSTRIES.values())
