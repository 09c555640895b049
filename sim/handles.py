"""Named tuples of arrays, handed to compiled code by one pointer.

A named tuple is what Python reads and writes; compiled code would receive it as hundreds of loose words and take
minutes to compile. ``handle`` wraps the same arrays, not copies, in a numba struct whose fields have the same names, so
a rule reads ``situation.tie`` either way. With ``NUMBA_DISABLE_JIT=1`` a handle is the named tuple itself.
"""

import numba
from numba.core import types
from numba.experimental import structref
from numba.extending import overload

from sim.parameters import ParameterValues
from sim.rules.compiled import compiled
from sim.world import Drivers, Situation, World


class Handle(types.StructRef):
    """numba type of a handle; its fields are those of the named tuple."""

    def preprocess_fields(self, fields):
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


_KINDS = {}


def register(record: type, kind: type) -> None:
    """Let named tuples of the class ``record`` be handed to compiled code as the numba type ``kind``."""
    structref.register(kind)
    proxy = type(record.__name__ + "Handle", (structref.StructRefProxy,), {"__module__": __name__})
    structref.define_boxing(kind, proxy)
    _KINDS[record] = kind


def _struct_of(record):
    """Struct with the fields of ``record``; exists in compiled code only."""
    return record


@overload(_struct_of)
def _overload_struct_of(record):
    struct_type = _KINDS[record.instance_class](list(zip(record.fields, record.types)))
    copies = "\n".join(f"    struct.{name} = record.{name}" for name in record.fields)
    scope = {"new": structref.new, "struct_type": struct_type}
    exec(f"def build(record):\n    struct = new(struct_type)\n{copies}\n    return struct", scope)
    return scope["build"]


@compiled
def _build(record):
    return _struct_of(record)


class WorldType(Handle):
    """numba type of a handle of World."""


class DriversType(Handle):
    """numba type of a handle of Drivers."""


class SituationType(Handle):
    """numba type of a handle of Situation."""


class ParametersType(Handle):
    """numba type of a handle of ParameterValues."""


register(World, WorldType)
register(Drivers, DriversType)
register(Situation, SituationType)
register(ParameterValues, ParametersType)


def handle(record):
    """A handle of a registered named tuple; it shares the tuple's arrays."""
    return record if numba.config.DISABLE_JIT else _build(record)
