"""What ``make_odd.py`` reads of the source, without running it: docstrings, rule numbers, constants and the comments beside them."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import sim

SIM = Path(sim.__file__).resolve().parent
MACHINERY = ("__init__", "arithmetic", "compiled", "draws")  # modules of sim/rules that hold no rule


@lru_cache
def lines_of(module: str) -> list[str]:
    return (SIM / f"{module}.py").read_text().splitlines()


@lru_cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((SIM / f"{module}.py").read_text())


@lru_cache
def functions(module: str) -> dict[str, str]:
    """Docstrings of the functions of a module (such as rules/poles), by name, in the order of the file."""
    found = {node.name: ast.get_docstring(node) for node in tree_of(module).body if isinstance(node, ast.FunctionDef)}
    if silent := [name for name, text in found.items() if not text and not name.startswith("_")]:
        raise SystemExit(f"sim/{module}.py: {', '.join(silent)} without a docstring; say what it does, and its rule")
    return {name: text for name, text in found.items() if text}


def rule_modules() -> list[str]:
    """Modules of sim/rules that hold rules, by the first of them."""
    names = [path.stem for path in sorted((SIM / "rules").glob("*.py")) if path.stem not in MACHINERY]
    return sorted((f"rules/{name}" for name in names), key=lambda module: (min(rules_of(module)), module))


@lru_cache
def rules_of(module: str) -> range:
    """The rules that a module says it holds, in the first line of its docstring: "(rules 1–9)"."""
    first = ast.get_docstring(tree_of(module)).splitlines()[0]
    said = re.search(r"\(rules? (\d+)(?:–(\d+))?\)", first)
    if said is None:
        raise SystemExit(f"sim/{module}.py: its first line names no rules; write (rule 5) or (rules 5–7)")
    return range(int(said[1]), int(said[2] or said[1]) + 1)


def comment(module: str, line: int) -> str:
    """What stands after # in a line (from 1)."""
    text = lines_of(module)[line - 1]
    return text.split("#", 1)[1].strip() if "#" in text else ""


def constants(module: str) -> str:
    """The numbers that a module fixes, with what is said of them: "`NAME` = .5 (why); …"."""
    found = []
    for node in tree_of(module).body:
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name | ast.Tuple):
            names = [item.id for item in (target.elts if isinstance(target, ast.Tuple) else [target])]
            if all(name.isupper() for name in names) and not isinstance(node.value, ast.Call):
                why = comment(module, node.lineno)
                found.append(
                    f"`{', '.join(names)}` = {ast.unparse(node.value).strip('()')}"
                    + (f" ({plain(why)})" if why else "")
                )
    return "; ".join(found)


def plain(text: str) -> str:
    """A docstring or comment as Markdown on one line a paragraph: code marked once, asterisks as they are."""
    text = re.sub(r":\w+:`([^`]+)`", r"`\1`", text).replace("``", "`")
    parts = re.split(r"(`[^`]*`)", text)
    parts = [part if part.startswith("`") else re.sub(r"([*<|])", r"\\\1", part) for part in parts]
    paragraphs = re.split(r"\n\s*\n|\n(?=- )", "".join(parts))
    joined = [" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs]
    return "\n\n".join(re.sub(r"^\\\*([^*]+\.)\\\*", r"*\1*", paragraph) for paragraph in joined)


def fields(module: str, name: str) -> list[tuple[str, str, str]]:
    """(name, default or "", comment) of the fields of a class."""
    body = next(node for node in tree_of(module).body if isinstance(node, ast.ClassDef) and node.name == name).body
    return [
        (node.target.id, ast.unparse(node.value) if node.value else "", comment(module, node.lineno))
        for node in body
        if isinstance(node, ast.AnnAssign)
    ]


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
