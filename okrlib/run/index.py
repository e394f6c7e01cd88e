"""A store's row on the index: its cards in both languages, its packets, and what it is found and sorted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from okrlib.run import words
from okrlib.show.palette import Level
from okrlib.show.table import Bar, Status
from okrlib.text import HTML_LANG, NO_DATA, Locale, day

_WORST: tuple[Level, ...] = ("bad", "warn", "none", "good")


def store_row(name: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Describe a store by its manifests as plain values, one for each language; see `render_index`."""
    titles = {entry["store_title"]: HTML_LANG[entry["parameters"]["locale"]] for entry in entries}
    shown = _newest([entry for entry in entries if entry.get("summary")])
    cards = [dict(zip(shown, rows, strict=True)) for rows in zip(*shown.values(), strict=True)]
    editions = [_edition(entry) for entry in entries]
    return {
        "name": name,
        "titles": [{"text": text, "lang": lang} for text, lang in titles.items()],
        "cards": [_index_card(card) for card in cards],
        "editions": editions,
        **_sought(name, titles, cards, entries),
    }


def _newest(told: Sequence[Mapping[str, Any]]) -> dict[Locale, Sequence[Mapping[str, Any]]]:
    """Return the cards of the latest day by language: one language's packet may be older, with other figures."""
    last = max((entry["parameters"]["as_of"] for entry in told), default="")
    cards = {
        entry["parameters"]["locale"]: entry["summary"].get("cards", [])
        for entry in told if entry["parameters"]["as_of"] == last
    }  # fmt: skip
    return cards if len({len(each) for each in cards.values()}) == 1 else dict(list(cards.items())[:1])


def _sought(
    name: str,
    titles: Mapping[str, str],
    told: Sequence[Mapping[Locale, Mapping[str, Any]]],
    entries: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What a store is found and sorted by: its words, its weakest card, its mean progress, its latest day."""
    words_of_cards = [str(card.get(key, "")) for both in told for card in both.values() for key in ("label", "status")]
    cards = [next(iter(both.values())) for both in told]
    known = [card["progress"] for card in cards if card.get("progress") is not None]
    failed = any(entry["status"] == "failed" for entry in entries)
    levels = [_WORST.index(card["level"]) for card in cards if card.get("status") and card.get("level") in _WORST]
    return {
        "find": " ".join([name, *titles, *words_of_cards]).casefold(),
        "level": -1 if failed else min(levels, default=len(_WORST)),
        "progress": round(sum(min(max(one, 0), 1) for one in known) / len(known), 4) if known else "",
        "day": max((_data_to(entry) or entry["parameters"]["as_of"] for entry in entries), default=""),
    }


def _index_card(told: Mapping[Locale, Mapping[str, Any]]) -> dict[str, Any]:
    """Show a card's figure once, and its words in both languages where they differ, as titles of objectives do not."""
    card = next(iter(told.values()))
    level: Level = card["level"] if card.get("level") in get_args(Level) else "none"
    label = " · ".join(dict.fromkeys(one["status"] for one in told.values() if one.get("status")))
    value = str(card.get("value", NO_DATA))
    labels: dict[str, str] = {}
    for locale, one in told.items():
        labels.setdefault(one.get("label", ""), HTML_LANG[locale])
    drawn = bool(label) or card.get("progress") is not None  # a plain figure has no way to be on
    return {
        "labels": [{"text": text, "lang": lang} for text, lang in labels.items()],
        "bar": Bar(card.get("progress"), value, level) if drawn else value,
        "status": Status(label, level) if label else None,
    }


def _edition(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Describe one language's packet: its own status, and the last good packet where the latest run failed."""
    locale: Locale = entry["parameters"]["locale"]
    failed = entry["status"] == "failed"
    standing = entry.get("last_good") if failed else {"as_of": entry["parameters"]["as_of"]}
    last = "" if failed else _data_to(entry)
    text = words.AS_OF_DATA_TO if last else words.AS_OF_DAY
    as_of = standing and text.in_(locale, day=_day_text(standing["as_of"], locale), last=_day_text(last, locale))
    status = words.STATUS_FAILED if failed else words.STATUS_OK
    return {
        "lang": HTML_LANG[locale],
        "status": Status(status.in_(locale), "bad" if failed else "good"),
        "packet": entry.get("packet"),
        "read": (words.READ_LAST_GOOD if failed else words.READ).in_(locale),
        "as_of": as_of or "",
        "failed": entry.get("failed") if failed else None,
        "why": words.WHY.in_(locale),
        "reason": (entry.get("error") or {}).get("message", "").partition("\n")[0] if failed else "",
    }


def _data_to(entry: Mapping[str, Any]) -> str:
    """The last day with data, where a packet's summary tells one before its as-of day."""
    return str((entry.get("summary") or {}).get("data_to", ""))


def _day_text(text: str, locale: Locale) -> str:
    return day(date.fromisoformat(text), locale) if text else NO_DATA
