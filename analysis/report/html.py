"""HTML from small functions. Every text is escaped where it enters an element, so that no name can become markup."""

from collections.abc import Iterable, Sequence
from html import escape

from analysis.report.style import CSS

VOID = ("col", "img", "meta")
# Nothing may be loaded, and nothing may run: the page holds all that it shows.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
WIDE = 4  # columns from which on a table may be wider than a phone
ROOM = {4: 22, 5: 28}  # width below which a table of so many columns is scrolled, in rem; of more than these, SCROLLED
SCROLLED = 42


class Html(str):
    """Markup that is ready to be put into an element as it is."""


def element(name: str, /, *children, **attributes) -> Html:
    """``<name …>children</name>``; a child that is no Html is escaped; None is left out. ``class_`` is written class."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    start = "".join(f' {key}="{escape(str(value))}"' for key, value in given.items())
    if name in VOID:
        return Html(f"<{name}{start}>")
    inner = "".join(child if isinstance(child, Html) else escape(str(child)) for child in children if child is not None)
    return Html(f"<{name}{start}>{inner}</{name}>")


def joined(parts: Iterable) -> Html:
    """Several elements or texts, one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(str(part)) for part in parts))


def paragraph(*children, class_: str | None = None) -> Html:
    return element("p", *children, class_=class_)


def code(text) -> Html:
    return element("code", text)


def bullets(items: Iterable) -> Html:
    return element("ul", *(element("li", item) for item in items))


def pairs(rows: Iterable[tuple]) -> Html:
    """A list of terms and what each is; rows whose second part is empty are left out."""
    return element(
        "dl", *(joined((element("dt", term), element("dd", what))) for term, what in rows if what not in ("", None))
    )


def table(
    caption, heads: Sequence, rows: Iterable[Sequence], texts: Iterable[int] = (0,), widths: Sequence[int] = ()
) -> Html:
    """A table; ``texts``: columns that hold words, the others hold numbers. The first column names its row.

    widths: of columns, in per cent; those of columns with long words look better given than found.
    """
    words = set(texts)

    def cell(name: str, place: int, content, **more) -> Html:
        return element(name, content, class_=None if place in words else "number", **more)

    head = element("tr", *(cell("th", place, text, scope="col") for place, text in enumerate(heads)))
    body = (
        element(
            "tr", cell("th", 0, row[0], scope="row"), *(cell("td", place, row[place]) for place in range(1, len(row)))
        )
        for row in rows
    )
    parts = element("caption", caption), element("thead", head), element("tbody", *body)
    columns = [element("colgroup", *(element("col", style=f"width: {width}%") for width in widths))] if widths else []
    style = f"min-width: {ROOM.get(len(heads), SCROLLED)}rem" if len(heads) >= WIDE else None
    whole = element("table", parts[0], *columns, *parts[1:], class_="given" if widths else None, style=style)
    if len(heads) < WIDE:
        return whole
    return element("div", whole, class_="wide", tabindex=0, role="region", aria_label=f"Table: {caption}")


def figure(image: str, alt: str, *caption) -> Html:
    """image: a data address."""
    return element("figure", element("img", src=image, alt=alt), element("figcaption", *caption))


def section(anchor: str, title: str, *children) -> Html:
    return element(
        "section", element("h2", title, id=f"{anchor}-title"), *children, id=anchor, aria_labelledby=f"{anchor}-title"
    )


def page(title: str, header: Html, sections: dict[str, tuple[str, Html]]) -> str:
    """A whole document. sections: by anchor, the word for the list of contents and the section."""
    contents = (element("li", element("a", word, href=f"#{anchor}")) for anchor, (word, _) in sections.items())
    body = element(
        "body",
        element("header", header, element("nav", element("ol", *contents), aria_label="Contents")),
        element("main", *(part for _, part in sections.values())),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content="ncr-sim"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(CSS)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"
