"""What a browser may send to Dash: a callback of ours with its own outputs and inputs. Anything else is turned away before
Dash looks at it, so that a forged request has one answer."""

from collections.abc import Mapping
from typing import Any

from dash.dependencies import Output

CALLBACK_MAP = "callbacks"
"""Their place in the server's extensions."""
ADDRESS = "_pages_location"
"""Dash's own reader of addresses takes for granted that they are texts; our callbacks read what comes like a form."""


def is_ours(body: Any, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a request's body asks for a callback, in the form in which Dash's browser side does. `known`: as Dash has
    them, by the name of their outputs. The values themselves are anybody's, and read like a form."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    callback = known.get(body["output"])
    if callback is None or "callback" not in callback:
        return False
    outputs, changed = callback["output"], body.get("changedPropIds", [])
    expected = _named(outputs) if isinstance(outputs, Output) else [_named(one) for one in outputs]
    return (
        body.get("outputs") == expected
        and _names(body.get("inputs")) == callback["inputs"]
        and _names(body.get("state", [])) == callback["state"]
        and all(isinstance(one.get("value"), str) for one in body["inputs"] if one["id"] == ADDRESS)
        and isinstance(changed, list)
        and all(isinstance(name, str) and "." in name for name in changed)
    )


def _named(output: Output) -> dict[str, str]:
    return {"id": str(output.component_id), "property": output.component_property}


def _names(given: Any) -> list[dict[str, Any]] | None:
    """Which parts of which components values came from; None where that is no list of such."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return None
    return [{"id": one.get("id"), "property": one.get("property")} for one in given]
