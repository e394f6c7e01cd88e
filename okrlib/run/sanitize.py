"""What of a notebook's HTML may enter a page: an allow-list, and headings with addresses of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass

import nh3

from okrlib.show.table import ANCHOR, KPI_ANCHOR

_TAG_NAMES = (
    "h1 h2 h3 h4 h5 h6 p div span br hr strong b em i u s del ins sub sup small mark abbr q code pre kbd samp "
    "blockquote ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td figure figcaption img "
    "details summary svg rect path a"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {
    "*": {"class", "lang", "role", "tabindex", "aria-label", "aria-hidden"},
    "a": {"href"},
    "div": {"id"},
    "figure": {"id"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "svg": {"viewBox", "preserveAspectRatio"},
    "rect": {"x", "y", "width", "height"},
    "path": {"d"},
}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
_VALUES = {
    "role": re.compile("region|note|img"),
    "tabindex": re.compile("0"),
    "src": _PICTURE,
    "href": re.compile(
        rf"#(?:{KPI_ANCHOR}|{ANCHOR})"
    ),  # what a mark means, and what a finding rests on, is in the page itself
    "id": re.compile(ANCHOR),
    "width": re.compile(r"[\d.]+"),
    "height": re.compile(r"[\d.]+"),
}
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the contents list: its rank on the page (2 or deeper), its address, and its text without markup."""

    level: int
    anchor: str
    title: str


def clean(html: str) -> str:
    """Return `html` with allowed tags and attributes only: nothing active, no address, only ids and classes of ours.

    A picture must be in the page itself and has an alt, empty where its author gave none; links leave their text, but
    for those within the page.
    """
    safe = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_filtered, url_schemes={"data"}, link_rel=None
    )
    safe = re.sub(r"<a(?![^>]* href=)[^>]*>(.*?)</a>", r"\1", safe, flags=re.DOTALL)
    safe = re.sub(r"<img(?![^>]* src=)[^>]*>", "", safe)
    return re.sub(r"<img(?![^>]* alt=)", '<img alt=""', safe)


def outlined(html: str, anchor: str) -> tuple[str, list[Heading]]:
    """Return sanitized `html` with every heading one rank lower and numbered under `anchor`, and those headings."""
    headings: list[Heading] = []

    def lowered(match: re.Match[str]) -> str:
        level = min(int(match[1]) + 1, 6)
        headings.append(Heading(level, f"{anchor}-{len(headings) + 1}", re.sub(r"<[^>]+>", "", match[3]).strip()))
        return f'<h{level} id="{headings[-1].anchor}"{match[2]}>{match[3]}</h{level}>'

    return _HEADING.sub(lowered, html), headings


def _filtered(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if name.startswith("okr-")) or None
    allowed = _VALUES.get(attribute)
    return value if allowed is None or allowed.fullmatch(value) else None
