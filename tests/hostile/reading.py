"""What a browser would make of an answer: whatever could run, load or lead away."""

import csv
import io
from html.parser import HTMLParser
from urllib.parse import urlsplit

RUNNING = {"iframe", "object", "embed", "base", "applet", "frame", "math"}
LEADING = {"href", "src", "action", "formaction", "xlink:href", "data", "hx-get", "hx-post"}
OURS = ("/static/", "/admin/jsi18n/")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Reader(HTMLParser):
    """Collects `dangers` (what no text of a user may bring about) and `links` to our own pages."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.dangers: list[str] = []
        self.links: list[str] = []
        self.macros: list[str] = []  # of Confluence's storage format
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        source = values.get("src") or ""
        if (
            tag in RUNNING
            or (tag == "script" and not source.startswith(OURS))
            or (tag == "img" and not source.startswith(("/static/", "data:image/")))
        ):
            self.dangers.append(f"<{tag} {values}>")
        self.dangers += [f"{tag} {name}={value}" for name, value in attrs if _runs(name, value)]
        if tag == "ac:structured-macro":
            self.macros.append(values.get("ac:name") or "")
        if tag == "a" and (values.get("href") or "").startswith("/"):
            self.links.append(values["href"])

    def handle_data(self, data):
        self.text.append(data)


def _runs(name: str, value: str | None) -> bool:
    scheme = urlsplit((value or "").strip()).scheme if name in LEADING else ""
    return name.startswith("on") or name == "style" or scheme in ("javascript", "vbscript")


def formulas(text: str) -> list[str]:
    """Cells of a CSV that a spreadsheet would run. A number may have a sign."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return [
        cell
        for row in rows
        for cell in row
        if cell.startswith(FORMULA) and not cell.lstrip("+-").replace(".", "", 1).isdigit()
    ]
