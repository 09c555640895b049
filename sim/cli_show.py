"""How the command prints: a reader that has gone (``ncr … | head``) is no error, and takes nothing with it."""

import os
import sys
import textwrap

FEW = 3  # runs


def show(text="", stream=None) -> None:
    """Print a line to stdout (or ``stream``) at once; when nobody reads it any more, drop it and all that follows."""
    stream = sys.stdout if stream is None else stream
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # or Python would complain when it flushes at its end
        os.close(nowhere)


def tell(message) -> None:
    """A line on stderr."""
    show(message, sys.stderr)


def beside(label: str, width: int, numbers: str, mark: str = " ") -> list[str]:
    """A row of a table. A label that is wider than its column is not cut: it goes on, and the numbers stand beside its last line."""
    lines = textwrap.wrap(label, width, subsequent_indent="  ") or [""]
    lines[-1] = f"{lines[-1]:<{width}}{numbers}".rstrip()
    return [f"{' ' if k else mark} {line}" for k, line in enumerate(lines)]


def live() -> bool:
    """Whether somebody watches stderr: a progress bar that redraws itself fills a file or a log with its every step."""
    return sys.stderr.isatty()


def say_if_cold() -> None:
    """A first run compiles for a minute or two: say so, or it looks as if nothing happened."""
    from sim.rules.compiled import cache_folder

    if not cache_folder().exists():
        tell("compiling the rules, once for this version; this takes a minute or two")


def say_if_few(runs: int) -> None:
    """One or two runs show that a scenario works, and nothing of what comes of it."""
    if runs < FEW:
        tell(
            f"{'1 run' if runs == 1 else f'{runs} runs'}: to see whether it works; shares and intervals of so few say nothing, take --replicates 20 or more"
        )


class Unbroken:
    """A stream that drops what nobody reads any more: a progress bar would stop the run, or hang, on a broken pipe."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            return len(text)

    def flush(self):
        try:
            self._stream.flush()
        except BrokenPipeError:
            pass


def signed(value: float, form: str, none: str = "") -> str:
    """A number with its sign, or with ``none`` in its place where it rounds to 0."""
    text = format(value, f"+{form}")
    return text if float(text) else none + text[1:]
