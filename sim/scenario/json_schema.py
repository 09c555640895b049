"""JSON Schema of the two kinds of file, for completion and checking in an editor.

It describes the YAML as written, from the same models that read it. The loader checks more: names, dates, sums and
that every number has a source.
"""

from typing import Any

from pydantic import BaseModel

from sim.scenario.schema import OFFSETS, Scenario, World
from sim.scenario.values import ARENAS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DATE = "^[12][0-9]{3}(Q[1-4])?$"
_SOURCE = {
    "description": "ledger row (L49), key of `sources:`, or `coded judgement` (which needs a note and a range)",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_RANGE = {
    "description": "prior [low, high]; for a dated value, of the last knot",
    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
}  # fmt: skip
_NOTE = {"description": "one line of reason", "type": ["string", "number", "boolean"]}
_DATE = {
    "description": "a year (its first quarter) or a quarter such as 2009Q4",
    "anyOf": [{"type": "integer", "minimum": 1000, "maximum": 2999}, {"type": "string", "pattern": DATE}],
}
_INHERITED = {
    "source": {"$ref": "#/$defs/Source"},
    "range": {"$ref": "#/$defs/Range"},
    "note": {"$ref": "#/$defs/Note"},
}


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of a `world`, a `scenario` or a `sweep` file."""
    from sim.sweep.schema import Sweep

    models: dict[str, type[BaseModel]] = {"world": World, "scenario": Scenario, "sweep": Sweep}
    if kind not in models:
        raise ValueError(f"no schema for {kind!r}: ask for 'world', 'scenario' or 'sweep'")
    model = models[kind]
    schema = _written(model.model_json_schema(by_alias=True))
    schema.setdefault("$defs", {}).update({"Source": _SOURCE, "Range": _RANGE, "Note": _NOTE, "Date": _DATE})
    if kind == "scenario":
        _name_choices(schema["properties"])
    return {"$schema": DIALECT, **schema}


def _written(node: Any) -> Any:
    """The schema with the shorthand of the fields written out, and without defaults that no file can hold."""
    if isinstance(node, list):
        return [_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _written(value) for key, value in node.items() if not _dropped(key, value)}
    for key, expand in _SHORTHAND.items():
        if key in node:
            rest.update(expand(node[key]))
    items = rest.get("additionalProperties")
    if rest.get("type") == "object" and isinstance(items, dict) and "$ref" in items:
        rest["properties"] = dict(_INHERITED)  # a table may carry what its entries inherit
    return rest


def _dropped(key: str, value: Any) -> bool:
    return key in _SHORTHAND or (key == "default" and not isinstance(value, str | int | float)) or (
        key == "title" and isinstance(value, str)
    )  # fmt: skip


def _coded(limits: list, number: dict | None = None) -> dict:
    low, high, dated, whole = limits[:4]
    number = {"type": "integer" if whole else "number"}
    number |= {} if low is None else {"minimum": low}
    number |= {} if high is None else {"maximum": high}
    value = {
        "type": "object", "properties": {"value": number, **_INHERITED},
        "required": ["value"], "additionalProperties": False,
    }  # fmt: skip
    forms = [number, value]
    if dated:
        knots = {
            "type": "object",
            "patternProperties": {DATE: number},
            "additionalProperties": False,
            "minProperties": 1,
        }
        interpolation = {"enum": ["step"] if whole else ["linear", "step"]}
        forms.append(
            {
                "type": "object", "properties": {"knots": knots, "interpolation": interpolation, **_INHERITED},
                "required": ["knots"], "additionalProperties": False,
            }
        )  # fmt: skip
    return {"anyOf": forms}


def _arenas(limits: list) -> dict:
    partial = limits[4]
    coded = _coded(limits)
    by_arena = {
        "type": "object", "properties": {**dict.fromkeys(ARENAS, coded), **_INHERITED},
        "required": [] if partial else list(ARENAS), "additionalProperties": False,
    }  # fmt: skip
    return {"anyOf": [by_arena] if partial and limits[3] else [*coded["anyOf"], by_arena]}


def _name_choices(properties: dict) -> None:
    """Names of parameters, knock-outs and the two offsets, which every world knows."""
    from sim.parameters import PARAMETERS
    from sim.scenario.knockouts import KNOCKOUTS

    properties["parameters"]["additionalProperties"] = False
    properties["parameters"]["properties"] = {
        name: {
            "type": "number",
            "minimum": parameter.minimum,
            "maximum": parameter.maximum,
            "description": f"{parameter.meaning}; default {parameter.default:g}, prior {parameter.low:g} to {parameter.high:g}",
        }
        for name, parameter in PARAMETERS.items()
        if name not in OFFSETS
    }
    properties["knockouts"]["items"] = {"enum": sorted(KNOCKOUTS)}
    offset = {"type": "number", "minimum": -1, "maximum": 1}
    properties["levers"]["properties"] = dict.fromkeys(OFFSETS, offset)
    properties["levers"]["additionalProperties"] = {"type": "number", "minimum": 0, "maximum": 3}


_SHORTHAND = {
    "$coded": _coded,
    "$arenas": _arenas,
    "$date": lambda _: {"$ref": "#/$defs/Date"},
    "$source": lambda _: {"$ref": "#/$defs/Source"},
    "$range": lambda _: {"$ref": "#/$defs/Range"},
    "$note": lambda _: {"$ref": "#/$defs/Note"},
}
