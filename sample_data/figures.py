"""From a base's firms, and what the base itself does, to the measures of its returns.

Every name of a measure that the sample uses stands in this file. What a roster column adds up to is read from the form.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from etl import periods
from etl.form import Form
from sample_data import rates, roster
from sample_data.firms import CLOSED, EXITED, GRADUATED, FirmQuarter, financed
from sample_data.programme import PILLARS, Member
from sample_data.traits import LEAN, Traits

Series = dict[str, np.ndarray]
"""By measure its values, one for each quarter."""

FIRMS_START, FIRMS_END, GRADUATES = "firms_start", "firms_end", "grads_cum"

TYPES = tuple(rates.TYPE_SHARES)
OPENING_YEARS = 4
"""How long before its title a base had been graduating firms."""


def measures(
    form: Form,
    member: Member,
    traits: Traits,
    quarters: Sequence[FirmQuarter],
    strain: np.ndarray,
    rng: np.random.Generator,
) -> list[dict[str, float]]:
    """For each quarter what the form asks of the base, nothing blank."""
    known = _rostered(form, quarters) | _movements(member, traits, quarters, strain, rng)
    known |= _key_groups(known, quarters, rng)
    known |= _people(member, traits, known, quarters, strain, rng)
    known |= _Site(member, known, strain, rng, [quarter.period for quarter in quarters]).series()
    asked = form.measures_of(member.base.type)
    lacking = [measure.code for measure in asked if measure.code not in known]
    if lacking:
        raise LookupError(f"the sample has no figures for {', '.join(lacking)}; add them to sample_data/figures.py")
    columns = {m.code: np.round(known[m.code], 0 if m.value_type == "count" else 2).tolist() for m in asked}
    return [{code: column[i] for code, column in columns.items()} for i in range(len(quarters))]


def _rostered(form: Form, quarters: Sequence[FirmQuarter]) -> Series:
    """What the rosters add up to, by the form's own totals."""
    known: dict[str, list[float]] = {}
    for quarter in quarters:
        for code, entry in form.roster.items():
            for total in entry.totals:
                values = roster.column(quarter, code)
                counted = values if total.count is None else np.isin(values, total.count)
                over = counted if total.over == "all" else counted[quarter.incubating]
                known.setdefault(total.measure, []).append(float(over.sum()))
    return {code: np.round(values, 2) for code, values in known.items()}


def _movements(
    member: Member, traits: Traits, quarters: Sequence[FirmQuarter], strain: np.ndarray, rng: np.random.Generator
) -> Series:
    """The stock of firms, what became of the graduates, and how many firms raised money."""
    left = {
        "firms_graduated": np.array([quarter.count(GRADUATED) for quarter in quarters]),
        "firms_exited": np.array([quarter.count(EXITED, CLOSED) for quarter in quarters]),
        "firms_closed": np.array([quarter.count(CLOSED) for quarter in quarters]),
    }
    years = periods.parse(quarters[0].period)[0] - int(member.since[:4]) + OPENING_YEARS
    earlier = 2 + int(rng.poisson(member.firms * traits.graduation * max(years, 1)))
    trading, alive = int(rng.binomial(earlier, traits.survival)), []
    for graduated, trouble in zip(left["firms_graduated"].tolist(), strain, strict=True):
        trading += graduated - int(rng.binomial(trading, rates.DEATHS_OF_GRADUATES / 4 * (1 + 3 * trouble)))
        alive.append(trading)
    return left | {
        FIRMS_START: np.array([quarter.start for quarter in quarters]),
        FIRMS_END: np.array([quarter.incubating.sum() for quarter in quarters]),
        "firms_entered": np.array([quarter.entered for quarter in quarters]),
        GRADUATES: earlier + np.cumsum(left["firms_graduated"]),
        "grads_alive": np.array(alive),
        "fin_firms": np.array([financed(quarter.rows).sum() for quarter in quarters]),
        "fin_firms_ytd": np.array([quarter.financed_this_year for quarter in quarters]),
    }


def _key_groups(known: Series, quarters: Sequence[FirmQuarter], rng: np.random.Generator) -> Series:
    """The people in key groups by group; some are in two, so the groups add up to more than the people."""
    graduates = known["jobs_grad_new"].astype(int)
    groups = rng.multinomial(known["jobs_key_new"].astype(int) - graduates, rates.KEY_GROUPS)
    migrants, unemployed, veterans = groups.T
    return {
        "jobs_migrant_new": migrants,
        "jobs_unemp_new": unemployed + rng.binomial(migrants, 0.08),
        "jobs_vet_new": veterans + rng.binomial(graduates, 0.01),
    }


def _people(
    member: Member,
    traits: Traits,
    known: Series,
    quarters: Sequence[FirmQuarter],
    strain: np.ndarray,
    rng: np.random.Generator,
) -> Series:
    """The people of firms and teams. Teams grow only as fast as firms let people go: a return has no hires of teams."""
    per_firm = {"regional": 0.15, "enterprise": 0.25, "university": 0.8, "institute": 0.25}[member.base.type]
    wanted = member.firms * per_firm * rng.lognormal(0, 0.25) * drift(rng, len(quarters)) * weakened(strain)
    teams, members, staff = np.rint(wanted).astype(int), [], []
    for i, quarter in enumerate(quarters):
        employees, rows = int(quarter.rows["employees"][quarter.incubating].sum()), quarter.rows
        new = rows["entry_date"] >= periods.starts(quarter.period).toordinal()
        people = round(teams[i] * rates.TEAM_MEMBERS * rng.uniform(0.93, 1.07))
        if staff:
            covered = staff[-1] + rows["hires"].sum() + rows["employees"][new].sum()
            people = int(min(people, max(covered - employees, 0)))
        teams[i] = min(teams[i], people)
        members.append(people if teams[i] else 0)
        staff.append(employees + members[-1])
    groups = [roster.column(quarter, "founder_group")[quarter.incubating] for quarter in quarters]
    educated = [quarter.rows["highedu"][quarter.incubating].sum() for quarter in quarters]
    student, returnee = rates.FOUNDERS[member.base.type][:2]
    return {
        "teams_end": teams,
        "jobs_total": np.array(staff),
        "jobs_highedu": np.array(educated) + np.floor(np.array(members) * min(traits.college, 0.95)),
        "founders_student": np.array([(group == "student").sum() for group in groups]) + np.rint(1.6 * teams * student),
        "founders_returnee": np.array([(group == "returnee").sum() for group in groups])
        + np.rint(1.6 * teams * returnee),
    }


def drift(rng: np.random.Generator, count: int, step: float = 0.04, memory: float = 0.85) -> np.ndarray:
    """Factors around 1 that move slowly: what a base does this quarter is much like the last."""
    path = np.zeros(count)
    for i in range(count):
        path[i] = (memory * path[i - 1] if i else 0.0) + rng.normal(0, step)
    return np.exp(path)


def weakened(strain: np.ndarray) -> np.ndarray:
    """What a decline leaves of a base's own efforts: half of them in the end."""
    return 1 - strain / 2


class _Site:
    """What the base itself has and does: space, vacancies, mentors, funds, projects. No firm's row stands behind it."""

    def __init__(
        self, member: Member, known: Series, strain: np.ndarray, rng: np.random.Generator, quarters: list[str]
    ):
        self.kind, self.known, self.rng = member.base.type, known, rng
        self.ease = weakened(strain)
        self.quality = dict(zip(PILLARS, member.quality, strict=True))
        self.count, self.opening = len(quarters), float(member.firms)
        self.season = np.array([periods.quarter(period) for period in quarters])
        self.firms = np.maximum((known[FIRMS_START] + known[FIRMS_END]) / 2, 1)

    def series(self) -> Series:
        return self._space() | self._jobs() | self._money() | self._partners()

    def _rate(self, level: float, pillar: str, chance: float = 0.3, lean: float = LEAN) -> float:
        """This base's own level, moved by its quality and by chance."""
        return level * float(np.exp(lean * self.quality[pillar] + self.rng.normal(0, chance)))

    def _share(self, level: float, pillar: str, chance: float = 0.3, lean: float = LEAN) -> float:
        odds = np.log(level / (1 - level)) + lean * self.quality[pillar] + self.rng.normal(0, chance)
        return float(1 / (1 + np.exp(-odds)))

    def _flow(self, level: float | np.ndarray) -> np.ndarray:
        """A count in each quarter."""
        return self.rng.poisson(level * drift(self.rng, self.count))

    def _stock(self, level: float | np.ndarray, step: float = 0.02) -> np.ndarray:
        """A count at quarter end that moves slowly."""
        return np.rint(level * drift(self.rng, self.count, step))

    def _amount(self, level: float | np.ndarray, noise: float = 0.12) -> np.ndarray:
        """Money in each quarter."""
        return level * drift(self.rng, self.count) * self.rng.lognormal(0, noise, self.count)

    def _by_type(self, *levels: float) -> float:
        """One level for each of TYPES, of which this base's is taken."""
        return levels[TYPES.index(self.kind)]

    def _space(self) -> Series:
        each, use = (
            self._rate(self._by_type(160, 200, 120, 180), "incubation", 0.25, 0.0),
            self._share(0.8, "incubation"),
        )
        total = np.full(self.count, 10.0 * round(self.opening * each / use / 10))
        used = use * np.sqrt(self.firms / self.opening) * drift(self.rng, self.count, 0.02)
        free = self._share(0.12, "employment") * drift(self.rng, self.count, 0.02)
        return {
            "space_total_sqm": total,
            "space_firms_sqm": np.rint(total * np.clip(used, 0.3, 0.97)),
            "space_free_sqm": np.rint(total * np.minimum(free, 0.9)),
        }

    def _jobs(self) -> Series:
        entities = self._flow(self.opening * self._rate(12, "employment", lean=0.1))
        led = self._flow(entities * 2.2 if self.kind == "regional" else self.opening * self._rate(6, "employment"))
        fair = np.array([1.0, 1.05, 1.25, 0.9])[self.season - 1] * self.ease
        offered = self._flow(self.firms * fair * self._rate(3.2, "employment"))
        fill = self._share(rates.FILL_RATE, "employment", 0.35) * self.ease * drift(self.rng, self.count)
        trained = self.known["jobs_total"] * self._rate(0.1, "employment", 0.4) * self.ease
        return {
            "new_market_entities": entities,
            "jobs_led_new": led,
            "flex_led_new": self.rng.binomial(led, self._share(0.3, "employment", lean=0.0)),
            "posts_offered": offered,
            "posts_filled": self.rng.binomial(offered, np.minimum(fill, 0.95)),
            "subsidy_founders": self._flow(self.opening * self._rate(0.15, "employment")),
            "trainees": self._flow(trained),
            "mentors": np.maximum(self._stock(self.ease * self.opening / self._rate(8, "incubation", 0.35, -0.2)), 1),
        }

    def _money(self) -> Series:
        listed = self._share(0.05, "financing", 0.4)
        return {
            "base_input_amt": self._amount(self.firms * self._rate(5, "incubation")),
            "tech_contract_amt": self._amount(self.firms * self._rate(3, "incubation", 0.4) * self.ease, 0.25),
            "fund_size_amt": np.round(
                self.opening * self._rate(60, "financing", 0.6) * drift(self.rng, self.count, 0.02), -1
            ),
            "fin_institutions": self._stock(3 + self.opening * self._rate(0.08, "financing")),
            "angel_investors": self._stock(self.opening * self._rate(0.12, "financing", 0.5)),
            "equity_market_firms": np.minimum(
                np.rint(self.known[FIRMS_END] * listed * drift(self.rng, self.count, 0.02)), self.known[FIRMS_END]
            ),
            "riskpool_amt": self.opening * self._rate(2.5, "financing", 0.5) * drift(self.rng, self.count, 0.03),
            "subsidy_amt": self._amount(self.firms * self._rate(2.0, "financing", 0.3, 0.1)),
            "rent_relief_amt": self._amount(self.firms * self._rate(1.1, "financing", 0.35) * self.ease),
            "voucher_amt": self._amount(self.firms * self._rate(0.5, "collaboration", 0.5), 0.2),
            "procure_sme_amt": self._amount(self.known["revenue_amt"] * self._rate(0.05, "collaboration", 0.4), 0.15),
        }

    def _partners(self) -> Series:
        results = self._by_type(0.03, 0.03, 0.3, 0.4)
        return {
            "uni_ent_projects": self._stock(
                1 + self.opening * self._rate(self._by_type(0.12, 0.15, 0.5, 0.4), "collaboration")
            ),
            "joint_rd_projects": self._stock(
                1 + self.opening * self._rate(self._by_type(0.06, 0.15, 0.2, 0.3), "collaboration")
            ),
            "intl_projects": self._flow(0.2 + self.opening * self._rate(0.01, "collaboration", 0.4, 0.4)),
            "results_converted": self._flow(0.3 + self.opening * self._rate(results, "collaboration", 0.4)),
            "events_held": self._flow(2 + self.opening * self._rate(0.06, "collaboration")),
            "instruments_shared": self._stock(
                self.opening * self._rate(self._by_type(1.2, 1.5, 5, 8), "collaboration", 0.5)
            ),
        }


def with_blanks(
    values: Mapping[str, float], asked_blank: Sequence[str], rng: np.random.Generator
) -> tuple[dict[str, float], dict[str, str]]:
    """(the values without those that the base cannot tell, the reason it gives for each)."""
    chance = rates.BLANK_SHARE * len(values) / len(asked_blank)
    blank = [code for code in asked_blank if rng.random() < chance and code in values]
    return {code: value for code, value in values.items() if code not in blank}, dict.fromkeys(blank, UNKNOWN)


UNKNOWN = "数据正在与主管部门核实,暂无法填报 · Being confirmed with the authority; not known yet"
OWN = (
    "space_free_sqm", "jobs_led_new", "posts_filled", "subsidy_founders", "trainees", "mentors", "tech_contract_amt",
    "fin_institutions", "angel_investors", "equity_market_firms", "procure_sme_amt", "uni_ent_projects",
    "joint_rd_projects", "intl_projects", "results_converted", "events_held", "instruments_shared", "voucher_amt",
    "grads_alive", "rent_relief_amt",
)  # fmt: skip
"""Measures that a base may be unable to tell: no roster stands behind them."""
