"""A YAML file as a tree whose every node knows its line and its dotted path.

Built from parser events, not by a YAML constructor: nothing in a file is ever turned into an object by a tag, an
alias cannot multiply (it is refused), a key cannot silently replace an earlier one, and every scalar keeps the text
that the user wrote, so that ``NO`` is a code and ``010`` is not eight.
"""

import os
import re
from pathlib import Path

import yaml

from sim.errors import Problem, ScenarioError

MAX_BYTES = 5_000_000
MAX_DEPTH = 24
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is about ten times as fast
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAB_IN_INDENT = re.compile(r" *\t")
_SYNTAX_HINTS = (
    ("maximum nesting depth", f"the file is nested too deeply: use at most {MAX_DEPTH} levels"),
    ("mapping values are not allowed", "put text that contains `: ` in quotes, and check the indentation"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("block mapping", "keys of one mapping start in the same column; put text with special characters in quotes"),
    ("block collection", "items of one list start in the same column"),
    ("flow mapping", "close every { with } and put a comma between the entries"),
    ("flow sequence", "close every [ with ] and put a comma between the items"),
    ("cannot start any token", "put text that begins with a special character in quotes"),
    ("quoted scalar", "close the quotes"),
    ("undefined tag", "remove the tag (the word beginning with !)"),
)


class _Invalid:
    """Stands for a value that could not be read; the reason is among the problems."""

    __slots__ = ()

    def __repr__(self):
        return "INVALID"

    def __bool__(self):
        return False

    def __reduce__(self):
        return "INVALID"


INVALID = _Invalid()


class Scalar:
    """One value as written. ``native`` holds a Python value handed over by code instead of by a file."""

    __slots__ = ("text", "quoted", "line", "path", "parent", "native")

    def __init__(self, text, quoted, line, path, parent, native=None):
        self.text, self.quoted, self.line = text, quoted, line
        self.path, self.parent, self.native = path, parent, native

    @property
    def empty(self) -> bool:
        """Nothing, or one of YAML's spellings of nothing."""
        return self.native is None and not self.quoted and self.text in ("", "~", "null", "Null", "NULL")

    def __repr__(self) -> str:
        return f"Scalar({self.text!r}, line {self.line})"


class Mapping(dict):
    """Keys (always text) to nodes, with the line of every key."""

    __slots__ = ("line", "path", "parent", "key_lines", "in_force")

    def __init__(self, line, path, parent):
        super().__init__()
        self.line, self.path, self.parent = line, path, parent
        self.key_lines: dict[str, int] = {}
        self.in_force = None  # cache of the source, range and note that hold here


class Sequence(list):
    """Nodes in order."""

    __slots__ = ("line", "path", "parent")

    def __init__(self, line, path, parent):
        super().__init__()
        self.line, self.path, self.parent = line, path, parent


def node_line(root, path: tuple) -> int:
    """Line of the deepest node on ``path`` that exists in the tree."""
    line, node = getattr(root, "line", 0), root
    for step in path:
        if isinstance(node, Mapping) and step in node:
            line, node = node.key_lines.get(step, 0), node[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node):
            node = node[step]
            line = getattr(node, "line", line)
        else:
            break
    return line


def from_python(value, path: tuple = (), parent=None):
    """The tree of a Python value (dicts, lists, numbers, text, loaded objects), without lines."""
    if isinstance(value, dict):
        mapping = Mapping(0, path, parent)
        for key, child in value.items():
            mapping[str(key)] = from_python(child, (*path, str(key)), mapping)
        return mapping
    if isinstance(value, list | tuple | set | frozenset):
        sequence = Sequence(0, path, parent)
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        sequence.extend(from_python(child, (*path, index), sequence) for index, child in enumerate(items))
        return sequence
    if isinstance(value, str):
        return Scalar(value, False, 0, path, parent)
    return Scalar(str(value), value is None, 0, path, parent, native=value)


def read_tree(path) -> tuple[Mapping, list[Problem]]:
    """The tree of the YAML file at ``path``, and what was refused in it (anchors, tags, keys written twice).

    Raises ScenarioError where no tree can be made: for anything that is not one mapping of text.
    """
    file = str(path)
    text = _read_text(file)
    builder = _Builder(file)
    try:
        # Building inside the try: the parser works event by event and may fail late.
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise ScenarioError([*builder.problems, _syntax_problem(file, error, text)]) from None
    root = builder.root
    if not isinstance(root, Mapping):
        if root is None or (isinstance(root, Scalar) and root.empty):
            problem = Problem(file, 0, "", "the file is empty", "write a scenario or a world")
        else:
            kind = "a list" if isinstance(root, Sequence) else "a single value"
            problem = Problem(file, root.line, "", f"the file is {kind}", "write `key: value` pairs at the top level")
        raise ScenarioError([*builder.problems, problem])
    return root, builder.problems


def _read_text(file: str) -> str:
    def refuse(message, fix, line=0):
        raise ScenarioError([Problem(file, line, "", message, fix)])

    try:
        if os.path.isdir(file):
            refuse("is a directory", "name a YAML file inside it")
        if os.path.exists(file) and not os.path.isfile(file):
            refuse("is not a regular file", "name a YAML file")
        size = os.path.getsize(file)
        if size > MAX_BYTES:
            refuse(f"is {size / 1e6:.1f} MB large", f"the limit is {MAX_BYTES / 1e6:.0f} MB: split or shorten the file")
        data = Path(file).read_bytes()
    except FileNotFoundError:
        refuse("there is no such file", _nearest_file(file))
    except (OSError, ValueError) as error:
        refuse(f"cannot be read ({getattr(error, 'strerror', None) or error})", "check the name and its permissions")
    if b"\x00" in data:
        refuse("is a binary file", "name a text file in YAML, saved as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse(f"is not UTF-8 text (byte {data[error.start]:#04x})", "save the file as UTF-8", line)
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        refuse(f"contains the control character {control[0]!r}", "delete it", line)
    return text


def _nearest_file(file: str) -> str:
    from difflib import get_close_matches

    folder = os.path.dirname(file) or "."
    names = os.listdir(folder) if os.path.isdir(folder) else []
    near = get_close_matches(os.path.basename(file), names, n=1)
    return f"did you mean {os.path.join(os.path.dirname(file), near[0])}?" if near else "check the name"


def _syntax_problem(file: str, error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context, problem = getattr(error, "context", None), getattr(error, "problem", None)
    said = ", ".join(part for part in (context, problem) if part) or str(error).splitlines()[0]
    lines = text.splitlines()
    if mark and mark.line < len(lines) and _TAB_IN_INDENT.match(lines[mark.line]):  # the parser has many names for it
        return Problem(file, mark.line + 1, "", "is indented with a tab", "indent with spaces, not tabs")
    fix = next((hint for words, hint in _SYNTAX_HINTS if words in said), "check quotes, brackets and indentation here")
    return Problem(file, mark.line + 1 if mark else 0, "", f"is not valid YAML: {said}", fix)


class _Builder:
    """Turns parser events into the tree; what it refuses it reports, and goes on."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []
        self.root = None
        self.stack: list = []  # open containers
        self.keys: list = []  # for each, the key that waits for its value: (text, line), or None
        self.documents = 0

    def refuse(self, line, path, message, fix):
        dotted = ".".join(str(step) for step in path)
        self.problems.append(Problem(self.file, line, dotted, message, fix))

    def take(self, event) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self.scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            fix = "write the value out; aliases can make a small file explode"
            self.refuse(line, self.place(), f"uses the alias `*{event.anchor}`", fix)
            self.put(INVALID, line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.refuse(line, (), "holds more than one document", "remove the line `---` and what follows it")

    def holder(self):
        return self.stack[-1] if self.stack else None

    def place(self) -> tuple:
        """Path of the node that comes next."""
        holder = self.holder()
        if holder is None:
            return ()
        if isinstance(holder, Sequence):
            return (*holder.path, len(holder))
        key = self.keys[-1]
        return (*holder.path, key[0]) if key else holder.path

    def plain(self, event, line) -> None:
        if event.anchor:
            fix = "remove it and write the value out where it is used; aliases can make a small file explode"
            self.refuse(line, self.place(), f"has the anchor `&{event.anchor}`", fix)
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.refuse(line, self.place(), f"has the tag `{tag}`", "remove it; put text in quotes where needed")

    def scalar(self, event, line) -> None:
        self.plain(event, line)
        quoted = event.style is not None and event.style != ""
        holder = self.holder()
        if isinstance(holder, Mapping) and self.keys[-1] is None:
            self.key(event.value, quoted, line)
        else:
            self.put(Scalar(event.value, quoted, line, self.place(), holder), line)

    def key(self, text, quoted, line) -> None:
        holder = self.holder()
        if text == "<<" and not quoted:
            self.refuse(line, holder.path, "uses the merge key `<<`", "write the entries out")
        elif text == "":
            self.refuse(line, holder.path, "has an entry without a key", "write `key: value`")
        elif text in holder:
            first = holder.key_lines[text]
            message = f"the key `{text}` is written twice (first in line {first})"
            self.refuse(line, (*holder.path, text), message, "keep one of them")
        self.keys[-1] = (text, line)

    def open(self, event, line) -> None:
        self.plain(event, line)
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(line, self.place()[:6], "is nested too deeply", f"use at most {MAX_DEPTH} levels")
            raise ScenarioError(self.problems)
        holder = self.holder()
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        if isinstance(holder, Mapping) and self.keys[-1] is None:
            self.refuse(line, holder.path, "has a list or a mapping as a key", "write a plain key: `key: value`")
            node = kind(line, holder.path, holder)
            self.keys[-1] = ("", line)
        else:
            # A block mapping begins, for a reader, in the line of its key.
            start = self.keys[-1][1] if isinstance(holder, Mapping) else line
            node = kind(start, self.place(), holder)
            self.put(node, line)
        self.stack.append(node)
        self.keys.append(None)

    def put(self, node, line) -> None:
        holder = self.holder()
        if holder is None:
            if self.root is None:
                self.root = node
        elif isinstance(holder, Sequence):
            holder.append(node)
        elif self.keys[-1] is None:  # an alias where a key should stand
            self.keys[-1] = ("", line)
        else:
            key, key_line = self.keys[-1]
            self.keys[-1] = None
            if key not in holder:
                holder[key] = node
                holder.key_lines[key] = key_line
