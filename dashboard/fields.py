"""Fields of forms, which Dash's own components lack: a file to choose, a text to write. Drawn by assets/fields.js."""

from typing import Any

from dash import html
from dash.development.base_component import Component


class Field(Component):
    """A plain `<input>` or `<textarea>`: the browser keeps what is entered and sends it with its form."""

    _children_props: list[str] = []
    _base_nodes = ["children"]
    _namespace = "basewatch"
    _type = "Field"
    _prop_names = ["id", "tag", "value", "attributes"]
    _valid_wildcard_attributes: list[str] = []
    available_properties = _prop_names
    available_wildcard_properties: list[str] = []


def file_field(id: str, name: str, accept: str, choose: str, drop: str) -> html.Div:
    """A file to choose or to drop; without one its form cannot be sent. The browser's own button speaks the browser's
    language, so a label stands for it; assets/return.js writes the chosen file's name in the place of `drop`."""
    chosen = {"type": "file", "name": name, "accept": accept, "required": True, "className": "file-input"}
    return html.Div(
        [
            Field(id=id, tag="input", attributes=chosen),
            html.Label(choose, htmlFor=id, className="button"),
            html.Span(drop, className="chosen-file", role="status"),
        ],
        className="drop",
    )


def text_field(id: str, name: str, value: str = "", **attributes: Any) -> Field:
    """A text of several lines that starts as `value`."""
    return Field(id=id, tag="textarea", value=value, attributes={"name": name, **attributes})
