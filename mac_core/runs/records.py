"""Our frozen dataclasses as JSON, and back; each one's own type hints say how, so that there is one list of fields."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

__all__ = ["from_json", "from_plain", "hints", "to_json", "to_plain"]

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Turn dataclasses, named tuples, mappings and NumPy scalars into what JSON knows.

    Raises
    ------
    TypeError
        For anything else; nothing is turned into text silently.

    Examples
    --------
    >>> to_plain({"n": np.int64(3), "arms": ("A", "B")})
    {'n': 3, 'arms': ['A', 'B']}
    """
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    raise TypeError(f"{type(value).__qualname__} cannot be kept as JSON")


def to_json(value: Any) -> str:
    """Write a value as JSON, the same text for the same value.

    Examples
    --------
    >>> from mac_core.errors import Place
    >>> to_json({"b": Place(3, "age"), "a": 1})
    '{"a": 1, "b": [3, "age"]}'
    """
    return json.dumps(to_plain(value), sort_keys=True, ensure_ascii=False)


def from_json(hint: type[T], text: str, names: Mapping[str, Any] | None = None) -> T:
    """Read a dataclass from JSON; keys that this version does not know are left out, missing ones take their default.

    Examples
    --------
    >>> from mac_core.runs.settings import Settings
    >>> from_json(Settings, to_json(Settings(learners=("constant",)))).learners
    ('constant',)
    """
    read: T = from_plain(hint, json.loads(text), names)
    return read


def hints(cls: type, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give the resolved types of a dataclass's fields. `names` stands in for names that exist for type checkers only."""
    return get_type_hints(cls, localns=dict(names or {}))


def from_plain(hint: Any, value: Any, names: Mapping[str, Any] | None = None) -> Any:
    """Give a plain value the type that `hint` asks for. `names` resolves hints that exist for type checkers only."""
    if value is None or hint is Any:
        return value
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        chosen = [argument for argument in arguments if argument is not type(None)]
        return from_plain(chosen[0], value, names) if len(chosen) == 1 else value
    if origin is Literal:
        return value
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(from_plain(arguments[0], item, names) for item in value)
        return tuple(from_plain(argument, item, names) for argument, item in zip(arguments, value, strict=True))
    if origin is list:
        return [from_plain(arguments[0], item, names) for item in value]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: from_plain(arguments[1], item, names) for key, item in value.items()}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        known_types = hints(hint, names)
        known = {field.name for field in dataclasses.fields(hint)} & value.keys()
        return hint(**{name: from_plain(known_types[name], value[name], names) for name in known})
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        kinds = get_type_hints(hint)
        return hint(*(from_plain(kinds[name], item, names) for name, item in zip(hint._fields, value, strict=True)))
    if hint is float:
        return float(value)
    return value
