"""What a single written value means: plain numbers, true/false, dates, codes, text.

YAML 1.1 has traps (010 is eight, 1:30 is ninety, NO is false, 1e-3 is text). Here a value means what the place
where it stands asks for, read from the text as written; whatever is not in the one plain form is refused with the
form to write.
"""

import math
import re
from decimal import Decimal

from sim.quarters import label, ordinal
from sim.scenario.yaml_nodes import Scalar

_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)")
_LONGEST_NUMBER = 40
_TRUE_WORDS = ("yes", "y", "on", "true")
_FALSE_WORDS = ("no", "n", "off", "false")
CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Trouble(Exception):
    """A value that cannot be read: what is wrong, and what to write instead."""

    def __init__(self, message: str, fix: str):
        super().__init__(message)
        self.message, self.fix = message, fix


def shown(text: str) -> str:
    """A written value, short enough for a message."""
    text = " ".join(text.split())
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def plain(number: float) -> str:
    """A number as a file would have it: no exponent, no trailing zeros."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return str(number)
    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(node: Scalar) -> float:
    """The number in plain decimal notation (0.25, .25, -1)."""
    if node.native is not None:
        return _native_number(node.native)
    text = node.text
    if node.quoted:
        try:
            inner = plain(read_number(Scalar(text, False, 0, (), None)))
        except Trouble:
            raise Trouble(f'"{text[:60]}" is text, not a number', "write a plain number such as 0.25") from None
        raise Trouble(f'"{text}" is text, not a number', f"remove the quotes: {inner}")
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return float(text)
    raise _number_trouble(node)


def read_whole(node: Scalar) -> int:
    """A whole number, exactly (a seed has up to 20 digits, more than a float holds)."""
    if node.native is None and not node.quoted and re.fullmatch(r"[+-]?(?:0|[1-9][0-9]{0,30})", node.text):
        return int(node.text)
    if isinstance(node.native, int) and not isinstance(node.native, bool):
        return node.native
    number = read_number(node)
    if number != int(number):
        raise Trouble(f"{shown(node.text)} is not a whole number", f"write {math.floor(number)} or {math.ceil(number)}")
    return int(number)


def read_flag(node: Scalar) -> bool:
    """true or false."""
    if isinstance(node.native, bool):
        return node.native
    if node.native is None and not node.quoted and node.text in ("true", "false"):
        return node.text == "true"
    word = node.text.lower()
    fix = "write true" if word in (*_TRUE_WORDS, "1") else "write false" if word in (*_FALSE_WORDS, "0") else ""
    what = "nothing is written here" if node.empty else f"{shown(node.text)} is not true or false"
    raise Trouble(what, fix or "write true or false")


def read_quarter(node: Scalar) -> int:
    """Ordinal of a date: a year or a quarter."""
    if node.native is not None and (isinstance(node.native, bool) or not isinstance(node.native, int)):
        raise Trouble(f"{shown(node.text)} is not a date", "write a year such as 2009 or a quarter such as 2009Q4")
    try:
        return ordinal(node.text)
    except ValueError:
        pass
    if isinstance(node.native, int) and 4000 <= node.native < 12000:
        raise Trouble(f"{node.native} is the ordinal of a quarter", f'write "{label(node.native)}"')
    what = "nothing is written here" if node.empty else f"{shown(node.text)} is not a date"
    raise Trouble(what, f"write a year (2009) or a quarter ({_guess_quarter(node.text) or '2009Q4'})")


def read_text(node: Scalar) -> str:
    """Text exactly as written: NO, yes and 1984 are text where text is wanted."""
    if node.native is not None:
        raise Trouble(f"{shown(node.text)} is not text", "write text")
    if node.empty or not node.text.strip():
        raise Trouble("nothing is written here", "write a text, or remove the key")
    return node.text


def _guess_quarter(text: str) -> str | None:
    """The quarter that a date in another notation means (2009-Q4, 2009q4, Q4 2009, 2009-10-01)."""
    if match := re.fullmatch(r"([12][0-9]{3})[-/. ]?[qQ]([1-4])", text):
        return f"{match[1]}Q{match[2]}"
    if match := re.fullmatch(r"[qQ]([1-4])[-/. ]?([12][0-9]{3})", text):
        return f"{match[2]}Q{match[1]}"
    match = re.match(r"([12][0-9]{3})[-/.]([0-9]{1,2})(?![0-9])", text)
    if match and 1 <= int(match[2]) <= 12:
        return f"{match[1]}Q{(int(match[2]) + 2) // 3}"
    return None


def _native_number(value) -> float:
    number = value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Trouble(f"{shown(str(value))} is not a number", "write a plain number such as 0.25")
    if isinstance(number, float) and not math.isfinite(number) or abs(number) > 1e300:
        raise Trouble(f"{shown(str(value))} is not a finite number", "write a plain number such as 0.25")
    return float(number)


def _number_trouble(node: Scalar) -> Trouble:
    """Why a text is not a number, and the number that was probably meant."""
    text, word = node.text, node.text.lower()
    example = "write a plain number such as 0.25"
    if node.empty:
        return Trouble("nothing is written here", f"{example}, or remove the key")
    if word in (*_TRUE_WORDS, *_FALSE_WORDS):
        return Trouble(
            f"`{text}` is a word (YAML may take it for a boolean), not a number", "write 1 or 0 or another number"
        )
    if word.lstrip("+-") in (".nan", "nan", ".inf", "inf", "infinity"):
        return Trouble(f"`{text}` is not a finite number", example)
    if len(text) > _LONGEST_NUMBER:
        return Trouble(f"{shown(text)} is not a number", example)
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", text):
        return Trouble(f"`{text}` is in scientific notation, which YAML reads as text", _write(text, example))
    if "_" in text and re.fullmatch(r"[+-]?[0-9_.]+", text):
        return Trouble(f"`{text}` has underscores", _write(text.replace("_", ""), example))
    if re.fullmatch(r"[+-]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?", text):
        return Trouble(f"`{text}` is sexagesimal (YAML reads it in base 60)", example)
    if re.fullmatch(r"[+-]?0[xob][0-9a-f]+", word):
        return Trouble(f"`{text}` is not in decimal notation", _write_whole(text, example))
    if re.fullmatch(r"[+-]?0[0-9]+(\.[0-9]*)?", text):
        stripped = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", text)
        return Trouble(f"`{text}` has a leading zero (YAML reads it as octal)", _write(stripped, example))
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        return Trouble(f"`{text}` has a comma", _write(text.replace(",", "."), example))
    if re.fullmatch(r"[+-]?[0-9.]+ ?%", text):
        share = _write(text.rstrip("% "), example, Decimal("0.01"))
        return Trouble(f"`{text}` is a percentage", share)
    if text[0] in "−–" and _NUMBER.fullmatch(text[1:]):
        return Trouble(f"`{text}` begins with a dash that is not a minus sign", f"write -{text[1:]}")
    return Trouble(f"{shown(text)} is not a number", example)


def _write(text: str, otherwise: str, factor: Decimal = Decimal(1)) -> str:
    try:
        value = Decimal(text) * factor
        return f"write {plain(float(value))}" if abs(value.adjusted()) < 30 else otherwise
    except (ArithmeticError, ValueError):
        return otherwise


def _write_whole(text: str, otherwise: str) -> str:
    try:
        return f"write {int(text, 0)}"
    except ValueError:
        return otherwise
