"""The invented bases: their types, provinces, names and sizes, how good they are, who declines and who excels."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from etl.catalogue import Text
from etl.form import Form
from etl.registry import ACTIVE, Base
from sample_data import rates

Key = TypeVar("Key", bound=Hashable)

PILLARS: tuple[str, ...] = ("employment", "incubation", "financing", "collaboration")
NAMES = {
    "regional": Text(en="regional base", zh="区域基地"),
    "enterprise": Text(en="enterprise base", zh="企业基地"),
    "university": Text(en="university base", zh="高校基地"),
    "institute": Text(en="institute base", zh="院所基地"),
}
STANDING = {"east": 0.35, "central": 0.0, "west": -0.25, "northeast": -0.3}
"""How much better a region's bases are on the whole, in standard deviations."""
CROWDED = {"east": 1.6, "central": 1.2, "west": 0.7, "northeast": 0.9}
"""How bases beyond the first two of each province fall on the regions."""
REMOTE = {"east": 0.15, "central": 0.6, "west": 3.0, "northeast": 3.0}
"""How hardship marks fall on the regions."""


@dataclass(frozen=True)
class Member:
    """An invented base, and what the sample knows of it that a return does not say."""

    number: int
    """Place in the programme, from 0: what its own random numbers are drawn with."""
    base: Base
    since: str
    firms: int
    """In incubation when the sample begins."""
    quality: tuple[float, ...]
    """How good the base is in each of PILLARS, in standard deviations."""
    declines_in: int | None = None
    """The quarter, counted from the sample's first as 0, in which its decline begins."""
    star: bool = False


def bases(form: Form, count: int, quarters: int, rng: np.random.Generator) -> list[Member]:
    """The programme: `count` bases of every type over the provinces, at least two in each that has any."""
    kinds = [kind for kind, number in shares(rates.TYPE_SHARES, count).items() for _ in range(number)]
    places = _places(form, count, rng)
    batches = [batch for batch, number in shares({b: n for b, (n, _) in rates.BATCHES.items()}, count).items()
               for _ in range(number)]  # fmt: skip
    rng.shuffle(batches)
    regions = [form.provinces[place].region for place in places]
    hardship = set(_weighted(rng, [REMOTE[region] for region in regions], round(rates.HARDSHIP_SHARE * count)))
    codes, names = _codes(kinds), _names(form, kinds, places)
    sizes = [_size(kind, rng) for kind in kinds]
    decliners, stars = _fates(kinds, sizes, rng)
    members = []
    for i, kind in enumerate(kinds):
        base = Base(codes[i], names[i], kind, places[i], i in hardship, ACTIVE, batches[i])
        quality = _quality(STANDING[regions[i]], i in stars, i in decliners, rng)
        begins = max(1, quarters - 5 + int(rng.integers(-1, 2))) if i in decliners else None
        members.append(Member(i, base, rates.BATCHES[batches[i]][1], sizes[i], quality, begins, i in stars))
    return members


def shares(weights: Mapping[Key, float], total: int) -> dict[Key, int]:
    """`total` split in proportion to the weights by largest remainder, so that the parts add up."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    for key in sorted(exact, key=lambda key: parts[key] - exact[key])[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def _places(form: Form, count: int, rng: np.random.Generator) -> list[str]:
    """A province for each base, shuffled: two for each province, the rest by CROWDED."""
    provinces = list(form.provinces)
    weights = np.array([CROWDED[form.provinces[code].region] for code in provinces])
    chosen = [provinces[i] for i in _weighted(rng, weights, min(len(provinces), count // 2))]
    left = rng.choice(chosen, count - 2 * len(chosen), p=_normal([weights[provinces.index(code)] for code in chosen]))
    places = [*chosen, *chosen, *map(str, left)]
    rng.shuffle(places)
    return places


def _weighted(rng: np.random.Generator, weights: Sequence[float] | np.ndarray, count: int) -> list[int]:
    """`count` different places, drawn by their weights, in their order."""
    return sorted(map(int, rng.choice(len(weights), count, replace=False, p=_normal(weights))))


def _normal(weights: Sequence[float] | np.ndarray) -> np.ndarray:
    return np.asarray(weights, dtype=float) / np.sum(weights)


def _codes(kinds: list[str]) -> list[str]:
    """R001, R002, … E001, …: the type's first letter and a number."""
    made: dict[str, int] = defaultdict(int)
    codes = []
    for kind in kinds:
        made[kind] += 1
        codes.append(f"{kind[0].upper()}{made[kind]:03d}")
    return codes


def _names(form: Form, kinds: list[str], places: list[str]) -> list[Text]:
    """Names that say that they are a sample's, numbered within type and province."""
    made: dict[tuple[str, str], int] = defaultdict(int)
    names = []
    for kind, place in zip(kinds, places, strict=True):
        made[kind, place] += 1
        number, province = made[kind, place], form.provinces[place].name
        en = f"Sample {NAMES[kind].en} {number:02d} · {province.en}"
        names.append(Text(en=en, zh=f"{province.zh}示例{NAMES[kind].zh}{number:02d}"))
    return names


def _size(kind: str, rng: np.random.Generator) -> int:
    median, sigma = rates.FIRMS[kind]
    firms = rng.lognormal(np.log(median / rates.SHRINK), sigma)
    return rates.FEWEST_FIRMS + int(min(firms, rates.MOST_FIRMS))


def _fates(kinds: list[str], sizes: list[int], rng: np.random.Generator) -> tuple[set[int], set[int]]:
    """Which bases decline and which excel: none of the smaller half of their type, where little could be seen."""
    of_type = {kind: [size for size, other in zip(sizes, kinds, strict=True) if other == kind] for kind in kinds}
    fit = [i for i, kind in enumerate(kinds) if sizes[i] > np.median(of_type[kind])]
    drawn = [int(i) for i in rng.permutation(fit)]
    decliners, stars = (max(1, round(n * len(kinds) / rates.PROGRAMME)) for n in (rates.DECLINERS, rates.STARS))
    return set(drawn[:decliners]), set(drawn[decliners : decliners + stars])


def _quality(region: float, star: bool, decliner: bool, rng: np.random.Generator) -> tuple[float, ...]:
    """Quality by pillar: the region's standing, the base's own, and the pillar's. About standard normal."""
    general, own = rng.normal(), rng.normal(size=len(PILLARS))
    quality = region + 0.5 * general + 0.75 * own
    if star:
        quality = 2.4 + 0.25 * own
    elif decliner:
        quality = np.clip(quality, -0.6, 0.6)
    return tuple(float(value) for value in quality)
