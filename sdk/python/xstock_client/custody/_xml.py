"""A hardened XML parser, and navigation that insists on exactly the elements it names."""

from __future__ import annotations

from collections.abc import Set
from typing import NoReturn

from lxml import etree

from ..errors import StatementRefused

__all__ = [
    "all_of",
    "flag",
    "line",
    "local_name",
    "namespace",
    "only",
    "optional",
    "parse_xml",
    "refuse",
    "sole",
    "text",
]


def parse_xml(data: bytes, *, keep_comments: bool = False) -> etree._Element:
    """The root of UTF-8 XML, parsed without DTD, entities or network. Raises StatementRefused with the line."""
    # The parser is told that the bytes are UTF-8 whatever they declare, so no encoding can hide a DOCTYPE from this
    # search; and without a DTD there is no entity to expand and no external file to fetch.
    if (doctype := data.find(b"<!DOCTYPE")) >= 0:
        raise StatementRefused(
            "the file has a DTD (DOCTYPE), which can expand entities or read other files; ISO 20022 messages have none",
            line=data.count(b"\n", 0, doctype) + 1,
        )
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        # A comment inside a number would otherwise cut the number short.
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise StatementRefused(
            f"not well-formed XML, perhaps truncated: {error.msg}. Fetch the file again", line=error.lineno or None
        ) from None


def refuse(element: etree._Element, reason: str) -> NoReturn:
    """Raise StatementRefused with the element's line."""
    raise StatementRefused(reason, line=line(element))


def line(element: etree._Element) -> int:
    """The line where the element starts."""
    return int(element.sourceline or 0)


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The namespace, empty when there is none."""
    return etree.QName(element).namespace or ""


def all_of(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name in the parent's namespace."""
    return parent.findall(f"{{{namespace(parent)}}}{name}")


def optional(parent: etree._Element, name: str) -> etree._Element | None:
    """The child of this name, or None. Two of them are refused."""
    found = all_of(parent, name)
    if len(found) > 1:
        refuse(found[1], f"{local_name(parent)} has {len(found)} {name} elements; one is allowed")
    return found[0] if found else None


def only(parent: etree._Element, name: str) -> etree._Element:
    """The one child of this name."""
    found = optional(parent, name)
    if found is None:
        refuse(parent, f"{local_name(parent)} has no {name}")
    return found


def sole(parent: etree._Element, allowed: Set[str]) -> etree._Element:
    """The only child of a choice, which must be one of the allowed names."""
    children = list(parent)
    names = [local_name(child) for child in children]
    if len(children) != 1 or names[0] not in allowed or namespace(children[0]) != namespace(parent):
        seen = ", ".join(names) or "nothing"
        refuse(parent, f"{local_name(parent)} must hold exactly one of {', '.join(sorted(allowed))}; it holds {seen}")
    return children[0]


def text(element: etree._Element) -> str:
    """The text of an element without children, without the blanks around it."""
    if len(element):
        refuse(element, f"{local_name(element)} must hold text only")
    return (element.text or "").strip()


def flag(element: etree._Element) -> bool:
    """An xs:boolean."""
    value = text(element)
    if value not in ("true", "1", "false", "0"):
        refuse(element, f"{local_name(element)} must be true or false, not {value!r}")
    return value in ("true", "1")
