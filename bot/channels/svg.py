"""Write SVG elements with presentation attributes only, every value escaped."""

from __future__ import annotations

from html import escape


def tag(name: str, body: str = "", **attributes: str | float | None) -> str:
    """Return an element; ``body`` is SVG, attributes that are None are left out.

    ``class_`` is class, ``stroke_width`` is stroke-width, ``xml_lang`` is xml:lang.
    """
    given = "".join(
        f' {_attribute(key)}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{body}</{name}>" if body else f"<{name}{given}/>"


def _attribute(key: str) -> str:
    if key == "xml_lang":
        return "xml:lang"
    return key.rstrip("_").replace("_", "-")
