"""The queries a screen needs. Each takes a connection and a Scope, and returns only what that scope may see."""

from indicators.repository.area import Area
from indicators.repository.attention import Attention, Gained, Noted, attention
from indicators.repository.bands import Band, Bands, bands
from indicators.repository.changes import LEAST
from indicators.repository.comparisons import comparison
from indicators.repository.explanations import Explained, ExplainedChange, explained, explained_change
from indicators.repository.groups import (
    GroupValue,
    Headline,
    Series,
    areas,
    courses,
    headlines,
    headlines_of,
    provinces,
    series,
    trends,
)
from indicators.repository.lamps import lamps_of
from indicators.repository.medians import medians
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
from indicators.repository.revisions import Revision, revisions
from indicators.repository.spread import Spread
from indicators.repository.verdicts import Certainty, Verdict, certainties, verdicts
from indicators.repository.watch import FlagRow, Reports, flags, reports, reports_of
from indicators.scope import NotAllowed

__all__ = [
    "LEAST",
    "Area",
    "Attention",
    "Band",
    "Bands",
    "Certainty",
    "Explained",
    "ExplainedChange",
    "FlagRow",
    "Gained",
    "GroupValue",
    "Headline",
    "IndicatorRow",
    "Member",
    "NotAllowed",
    "Noted",
    "PillarScore",
    "Profile",
    "Publication",
    "Ranking",
    "RankingRow",
    "Reports",
    "Revision",
    "Series",
    "Spread",
    "Trend",
    "TrendPoint",
    "UnknownBase",
    "Verdict",
    "areas",
    "attention",
    "bands",
    "certainties",
    "comparison",
    "courses",
    "every_publication",
    "explained",
    "explained_change",
    "flags",
    "headlines",
    "headlines_of",
    "lamps_of",
    "medians",
    "members",
    "profile",
    "provinces",
    "publications",
    "ranking",
    "reports",
    "reports_of",
    "revisions",
    "series",
    "trend",
    "trends",
    "verdicts",
]
