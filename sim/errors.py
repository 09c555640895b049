"""Errors that a user can act on."""

from dataclasses import dataclass


class NcrError(Exception):
    """Base of every error that this package raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file.

    file: as the user named it. line: 1-based, 0 where no line applies (a missing file, a value set in Python).
    path: dotted path of the value inside the file ("" for the file as a whole). message: what is wrong.
    fix: what to write instead.
    """

    file: str
    line: int
    path: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{place}: {what}; {self.fix}" if self.fix else f"{place}: {what}"


class ScenarioError(NcrError):
    """A scenario or world file is not usable; ``problems`` holds every reason found, in the order of the file."""

    def __init__(self, problems: list[Problem]):
        self.problems = list(problems)
        # The list is the only argument, so that the error survives pickling between worker processes.
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if len(lines) > 1:
            lines.append(f"{len(lines)} problems")
        return "\n".join(lines)
