"""The queries a screen needs. Each takes a connection and a Scope, and returns only what that scope may see."""

from indicators.repository.comparisons import comparison
from indicators.repository.explanations import Explained, explained
from indicators.repository.groups import Area, GroupValue, Headline, Series, areas, headlines, provinces, series, trends
from indicators.repository.members import Member, UnknownBase, members
from indicators.repository.profiles import (
    IndicatorRow,
    PillarScore,
    Profile,
    Trend,
    TrendPoint,
    profile,
    trend,
)
from indicators.repository.publications import Publication, every_publication, publications
from indicators.repository.rankings import Ranking, RankingRow, ranking
from indicators.repository.spread import Spread
from indicators.repository.verdicts import Certainty, Verdict, certainties, verdicts
from indicators.repository.watch import FlagRow, Reports, flags, reports
from indicators.scope import NotAllowed

__all__ = [
    "Area",
    "Certainty",
    "Explained",
    "FlagRow",
    "GroupValue",
    "Headline",
    "IndicatorRow",
    "Member",
    "NotAllowed",
    "PillarScore",
    "Profile",
    "Publication",
    "Ranking",
    "RankingRow",
    "Reports",
    "Series",
    "Spread",
    "Trend",
    "TrendPoint",
    "UnknownBase",
    "Verdict",
    "areas",
    "certainties",
    "comparison",
    "every_publication",
    "explained",
    "flags",
    "headlines",
    "members",
    "profile",
    "provinces",
    "publications",
    "ranking",
    "reports",
    "series",
    "trend",
    "trends",
    "verdicts",
]
