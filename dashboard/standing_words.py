"""What a base is and how it stands, in words: for its page and its report."""

from dashboard import numbers
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Member, Profile, Publication, UnknownBase


def about(shown: View, member: Member) -> list[str]:
    """Type, province, batch, and whether floors are eased."""
    form, language = load_form(), shown.language
    told = [form.types[member.type].name[language] if member.type in form.types else member.type]
    if member.province in form.provinces:
        told.append(form.provinces[member.province].name[language])
    if member.batch:
        told.append(shown.say("base.batch", n=member.batch))
    if member.hardship:
        told.append(shown.say("base.hardship"))
    return told


def standing(shown: View, publication: Publication, found: Profile) -> str:
    """The rank in its type, with where it may lie; or why there is none."""
    language, quarter = shown.language, numbers.quarter(publication.period, shown.language)
    kind = load_form().types[found.member.type].name[language]
    if found.rank is None:
        return shown.say("base.unranked" if found.member.returned else "base.no_return", quarter=quarter)
    places = {"n": numbers.plain(found.n), "type": kind[:1].lower() + kind[1:] if language == "en" else kind}
    places |= {"rank": numbers.ordinal(found.rank, language), "quarter": quarter}
    if found.low is not None and found.high is not None:
        low, high = (numbers.ordinal(round(edge), language) for edge in (found.low, found.high))
        return shown.say("base.ranked_between", low=low, high=high, **places)
    return shown.say("base.ranked", **places)


def before_revision(shown: View, last: Publication, found: Profile) -> str:
    """Where the base stood in `last`, the publication that a revision replaced; `found`: as it stands now."""
    try:
        then = shown.ask(repository.profile, last, found.member.code)
    except UnknownBase:
        return shown.say("base.before_unranked")
    if then.rank is None:
        return shown.say("base.before_unranked")
    if (then.rank, then.n) == (found.rank, found.n):
        return shown.say("base.before_same")
    return shown.say("base.before_ranked", rank=numbers.ordinal(then.rank, shown.language), n=numbers.plain(then.n))
