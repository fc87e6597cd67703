"""Role and place in a form: what each role is for, and for those that are bound to a place the programme's own list."""

from collections.abc import Sequence

from dash import html

from dashboard import account_words
from dashboard import components as c
from dashboard.accounts import Account
from dashboard.components import Part
from dashboard.permissions import BOUND_TO, ROLES
from dashboard.still import Input
from dashboard.view import View
from etl.form import load_form
from etl.registry import Base


def role_and_place(shown: View, now: Account | None) -> list[Part]:
    """The fields; `now`: the account as it is, of which they start. assets/sure.js shows the list of the chosen role."""
    say = shown.say
    roles = html.Fieldset(
        [html.Legend(say("accounts.role")), *(_role(shown, role, now) for role in ROLES)], className="roles"
    )
    every: tuple[Base, ...] = shown.ask_now(account_words.bases)
    return [roles, *(_places(shown, role, every, now) for role in ROLES if BOUND_TO[role])]


def _role(shown: View, role: str, now: Account | None) -> html.Label:
    chosen = now is not None and now.role == role
    words = [html.Strong(shown.say(f"role.{role}")), " ", html.Span(shown.say(f"accounts.means.{role}"))]
    box = Input(type="radio", name="role", value=role, required=True, checked=chosen)
    return html.Label([box, html.Span(words)], className="choice-line")


def _places(shown: View, role: str, every: Sequence[Base], now: Account | None) -> html.Div:
    """The list of places of a role, hidden until that is chosen."""
    kind = BOUND_TO[role]
    here = now is not None and now.role == role
    options = _provinces(shown) if kind == "province" else _bases(shown, every)
    field = f"place-{role}"
    chosen = now.place if now and here else ""
    select = html.Select(
        [html.Option(shown.say(f"accounts.choose.{kind}"), value=""), *_marked(options, chosen or "")],
        name=f"place-{role}", id=field, required=here,
    )  # fmt: skip
    hidden = {} if here else {"hidden": "hidden"}
    label = html.Label(shown.say(f"accounts.kind.{kind}"), htmlFor=field)
    return html.Div([label, select], className="place-field", **hidden, **c.data(choice=role))


Group = tuple[str, list[tuple[str, str]]]
"""(words, [(code, words) …])"""


def _provinces(shown: View) -> list[Group]:
    form, language = load_form(), shown.language
    return [
        (
            region.name[language],
            [(code, one.name[language]) for code, one in form.provinces.items() if one.region == key],
        )
        for key, region in form.regions.items()
    ]


def _bases(shown: View, every: Sequence[Base]) -> list[Group]:
    """By province, in the programme's order."""
    language = shown.language
    groups = [
        (
            province.name[language],
            [
                (base.code, shown.say("accounts.base_named", name=base.name[language], code=base.code))
                for base in every
                if base.province == code
            ],
        )
        for code, province in load_form().provinces.items()
    ]
    return [group for group in groups if group[1]]


def _marked(groups: Sequence[Group], chosen: str) -> list[html.Optgroup]:
    return [
        html.Optgroup(
            [
                html.Option(words, value=code, selected="selected" if code == chosen else None)
                for code, words in options
            ],
            label=title,
        )
        for title, options in groups
    ]
