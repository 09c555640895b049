"""Named tuples of arrays, handed to compiled code by one pointer.

A named tuple is what Python reads and writes; compiled code would receive it as hundreds of loose words and take
minutes to compile. ``handle`` wraps the same arrays, not copies, in a numba struct whose fields have the same names, so
a rule reads ``situation.tie`` either way. With ``NUMBA_DISABLE_JIT=1`` a handle is the named tuple itself.

The struct borrows the arrays: a handle keeps its named tuple alive, and compiled code counts no references to them.
Counting, at every row of every array, took a sixth of a run, and threads that read the same arrays waited for each other.
"""

from hashlib import sha256

import numba
from numba.core import types
from numba.core.imputils import impl_ret_borrowed
from numba.experimental import structref
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array, populate_array

from sim.parameters import ParameterValues
from sim.rules.compiled import compiled
from sim.world import Drivers, Situation, World


class Handle(types.StructRef):
    """numba type of a handle; its fields are those of the named tuple."""

    def __init__(self, fields):
        super().__init__(fields)
        # numba writes the type of every argument into the name of every function: 40 arrays a struct make names of many
        # thousand letters, and a third of the machine code. A hash of the same text tells structs apart as well.
        self.name = f"{type(self).__name__}_{sha256(self.name.encode()).hexdigest()[:12]}"

    def preprocess_fields(self, fields):
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


_KINDS: dict[type, type] = {}


def register(record: type, kind: type) -> None:
    """Let named tuples of the class ``record`` be handed to compiled code as the numba type ``kind``."""
    structref.register(kind)
    proxy = type(record.__name__ + "Handle", (structref.StructRefProxy,), {"__module__": __name__})
    structref.define_boxing(kind, proxy)
    _KINDS[record] = kind


@intrinsic
def _borrowed(typing, field):
    """The same array, writeable to compiled code and without an owner to count; any other value as it is."""
    if not isinstance(field, types.Array):
        return field(field), lambda context, builder, signature, values: impl_ret_borrowed(
            context, builder, field, values[0]
        )
    view = field.copy(readonly=False)

    def build(context, builder, signature, values):
        given = make_array(field)(context, builder, values[0])
        made = make_array(view)(context, builder)
        populate_array(made, given.data, given.shape, given.strides, given.itemsize, meminfo=None)
        return made._getvalue()

    return view(field), build


def _struct_of(record):
    """Struct with the fields of ``record``; exists in compiled code only."""
    return record


@overload(_struct_of)
def _overload_struct_of(record):
    kinds = [kind.copy(readonly=False) if isinstance(kind, types.Array) else kind for kind in record.types]
    struct_type = _KINDS[record.instance_class](list(zip(record.fields, kinds, strict=True)))
    copies = "\n".join(f"    struct.{name} = borrowed(record.{name})" for name in record.fields)
    scope = {"new": structref.new, "struct_type": struct_type, "borrowed": _borrowed}
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
    """A handle of a registered named tuple; it shares the tuple's arrays and keeps the tuple alive."""
    if numba.config.DISABLE_JIT:
        return record
    made = _build(record)
    made.record = record
    return made


def record_of(handled):
    """The named tuple behind a handle: its arrays are those that compiled code reads and writes."""
    return getattr(handled, "record", handled)
