"""The ambition meter: how likely a target is if nothing new is done, and what the store has done before."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from okrlib.analysis.targets import Ambition, Policy
from okrlib.book import Book
from okrlib.okr import KeyResult
from okrlib.show.wording import amount, in_ten, kr_unit
from okrlib.text import NO_DATA, Text, percent

_CHANCE = Text("Chance if nothing new is done: {p} ({words})", "维持现状的达成可能：{p}（{words}）")
_MARKS = {
    "sandbagging": Text("too low: it comes by itself", "过低：不努力也能达成"),
    "fantasy": Text("too high: nobody will believe it", "过高：脱离实际"),
    None: Text("within reason", "合理"),
}
_PAST = Text(
    "A year ago {year} · best past quarter {best} · now {now}", "去年同期 {year} · 历史最好季度 {best} · 目前 {now}"
)
_ZONES = Text("too high, stretch, challenging, committed, too low", "过高、冲刺、挑战、承诺、过低")
_PROPOSED = Text(
    "Proposed: commit {commit}, target {target}, stretch {stretch}",
    "建议：承诺 {commit}，目标 {target}，冲刺 {stretch}",
)


def drawn(book: Book, kr: KeyResult, found: Ambition | Text, now: Decimal | None) -> Markup:
    """Draw the meter; without a chance, what is known and why there is none."""
    if isinstance(found, Text):
        text = Text("No chance can be told: {why} Now {now}.", "无法给出达成可能：{why}目前 {now}。")
        return _QUIET.format(book.say(text, why=book.say(found), now=amount(book, now, kr_unit(kr))))
    return _scale(book, found) + _QUIET.format(_past(book, kr, found, now)) + _caution(book, found)


def _scale(book: Book, found: Ambition) -> Markup:
    if found.now is None:
        return _QUIET.format(book.say(found.reason or Text("Set a target.", "请填写目标值。")))
    chance = percent(found.now, book.locale)
    label = book.say(_CHANCE, p=chance, words=book.say(_MARKS[found.mark]))
    policy = book.policy
    marks = Markup("").join(
        _ZONE.format(round(200 * start, 1), round(200 * (end - start), 1), level)
        for start, end, level in _zones(policy)
    )
    at = round(200 * min(max(found.now, 0), 1), 1)
    title = f"{label}; {in_ten(book, found.now)}; {book.say(_ZONES)}"
    return _METER.format(title, marks, at, label)


def _zones(policy: Policy) -> list[tuple[float, float, str]]:
    edges = [0, policy.fantasy, policy.stretch, policy.challenging, policy.committed, policy.sandbagging, 1]
    levels = ["bad", "warn", "good", "good", "good", "warn"]
    return [(start, end, level) for start, end, level in zip(edges, edges[1:], levels, strict=False)]


def _past(book: Book, kr: KeyResult, found: Ambition, now: Decimal | None) -> str:
    unit = kr_unit(kr)
    best = f"{amount(book, found.best[1], unit)} ({found.best[0]})" if found.best else NO_DATA
    return book.say(_PAST, year=amount(book, found.a_year_ago, unit), best=best, now=amount(book, now, unit))


def _caution(book: Book, found: Ambition) -> Markup:
    return _QUIET.format(book.say(found.caution)) if found.caution else Markup("")


def proposed(book: Book, kr: KeyResult, found: Ambition | Text) -> str | None:
    """Say what the forecast would propose; None where it proposes nothing."""
    if isinstance(found, Text) or found.proposal is None:
        return None
    plan, unit = found.proposal, kr_unit(kr)
    named = {"commit": plan.committed, "target": plan.challenging, "stretch": plan.stretch}
    return book.say(_PROPOSED, **{name: amount(book, value, unit) for name, value in named.items()})


_QUIET = Markup('<p class="okr-quiet">{}</p>')
_ZONE = Markup('<rect x="{}" y="4" width="{}" height="8" class="okr-fill okr-{}" opacity=".45"></rect>')
_METER = Markup(
    '<div class="okr-meter"><svg viewBox="-4 0 208 16" preserveAspectRatio="xMinYMid" role="img" aria-label="{}">{}<path class="okr-mark" '
    'transform="translate({} 0)" d="M-4 0H4L1 6V16H-1V6Z"></path></svg><p role="status">{}</p></div>'
)
