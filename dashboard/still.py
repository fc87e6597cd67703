"""Parts of a page that no callback changes, drawn without Dash's care for each element; and the input that Dash lacks.

Dash wraps every element so that callbacks can reach it, which takes longer than linear in their number: a table of 200
rows is not usable. `still` hands a whole tree to one component (assets/still.js), which draws it as plain elements.
"""

from typing import Any

from dash.development.base_component import Component

NAMESPACE = "basewatch"
_ALLOWED = ("dash_html_components", NAMESPACE)


class Input(Component):
    """<input>, which the browser looks after: `value` and `checked` are what it begins with."""

    _children_props: list[str] = []
    _base_nodes = ["children"]
    _namespace = NAMESPACE
    _type = "Input"
    _prop_names = [
        "id", "name", "type", "value", "checked", "required", "disabled", "className", "placeholder", "min", "max", "step",
        "maxLength", "form", "accept", "multiple", "autoComplete", "title",
    ]  # fmt: skip
    _valid_wildcard_attributes = ["data-", "aria-"]
    available_properties = _prop_names
    available_wildcard_properties = _valid_wildcard_attributes


class Still(Component):
    """Draws `tree`, a component as Dash would send it."""

    _children_props: list[str] = []
    _base_nodes = ["children"]
    _namespace = NAMESPACE
    _type = "Still"
    _prop_names = ["id", "tree"]
    _valid_wildcard_attributes: list[str] = []
    available_properties = _prop_names
    available_wildcard_properties = _valid_wildcard_attributes


def still(part: Component) -> Still:
    """The part, drawn at once. It holds elements and inputs only: graphs, grids and stores need Dash's care."""
    return Still(tree=_plain(part))


def _plain(part: Any) -> Any:
    if isinstance(part, (list, tuple)):
        return [_plain(child) for child in part]
    if not isinstance(part, Component):
        return part
    if part._namespace not in _ALLOWED:
        raise TypeError(f"{part._type} cannot be drawn still; leave it to Dash")
    # What was given, of thousands of elements: as to_plotly_json, which looks at every property there could be.
    props = {
        name: value
        for name, value in vars(part).items()
        if value is not None and not name.startswith(("_", "available_"))
    }
    return {"type": part._type, "props": {**props, "children": _plain(props.get("children"))}}
