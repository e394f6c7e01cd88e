"""Numbers and names as a reader of the Book meets them; every chart and table words its values here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from okrlib.analysis.metrics import CATALOGUE, UNITS, Metric
from okrlib.book import Book
from okrlib.okr import KeyResult
from okrlib.okr.states import KeyResultState, ObjectiveState
from okrlib.okr.status import Status as OkrStatus
from okrlib.show.table import Change, Status
from okrlib.text import NO_DATA, Text, compact_money, money, number, percent

POINTS = Text("pp", "个百分点")
_LIMITS = {
    "at_most": Text("{by} over", "超出 {by}"), "at_least": Text("{by} short", "差 {by}"), "between": Text("{by} outside", "偏离 {by}"),
}  # fmt: skip
_CHANNELS = {"mobile": Text("mobile", "手机端"), "web": Text("web", "网页端")}
_PLATFORMS = {
    "amazon": Text("Amazon", "亚马逊"), "douyin": Text("Douyin", "抖音"), "ebay": Text("eBay", "eBay"), "etsy": Text("Etsy", "Etsy"),
    "jd": Text("JD", "京东"), "jd_pop": Text("JD POP", "京东 POP"), "kuaishou": Text("Kuaishou", "快手"),
    "lazada": Text("Lazada", "Lazada"), "pinduoduo": Text("Pinduoduo", "拼多多"), "shopee": Text("Shopee", "Shopee"),
    "shopify": Text("Shopify", "Shopify"), "taobao_tmall": Text("Taobao/Tmall", "淘宝/天猫"),
    "tiktok_shop": Text("TikTok Shop", "TikTok Shop"), "wechat_store": Text("WeChat Store", "微信小店"),
    "woocommerce": Text("WooCommerce", "WooCommerce"), "xiaohongshu": Text("Xiaohongshu", "小红书"),
    "custom": Text("own layout", "自定义"), "plain": Text("templates", "模板"),
}  # fmt: skip
_SILENT = {"orders", "units", "buyers", "products", ""}
_SAID = {"stars", "days", "hours"}  # units that are said beside the number; of others the metric's name tells
_COUNTED = {"orders", "units", "buyers", "products"}  # whole, the ends of a range too
_SMALL_MONEY = 1000  # below it cents tell something


def signed_money(book: Book, value: Decimal | None, *, cents: bool = False) -> str:
    """Write an amount with its sign, a gain's too."""
    text = money(value, book.store.currency, book.locale, cents=cents)
    return f"{'+' if value is not None and value > 0 else ''}{text}"


def amount(book: Book, value: Decimal | float | None, unit: str, finer: int = 0) -> str:
    """Write a value with its unit: money with its sign, shares as percent, counts whole; `finer` adds decimals."""
    if value is None:
        return NO_DATA
    if unit.startswith("money"):
        small = unit != "money" and abs(float(value)) < _SMALL_MONEY
        return money(value, book.store.currency, book.locale, cents=small or finer > 0)
    if unit == "share":
        return percent(value, book.locale, 1 + finer)
    plain = number(value, book.locale, _digits(value, unit) + finer)
    if unit in _SILENT or (unit in UNITS and unit not in _SAID):
        return plain
    word = book.say(UNITS[unit]) if unit in UNITS else unit
    return f"{plain} {word}"


def told_apart(book: Book, one: Decimal, other: Decimal, unit: str) -> tuple[str, str]:
    """Write two values as `amount` does, with up to two more decimals where they would read the same."""
    written = [(amount(book, one, unit, finer), amount(book, other, unit, finer)) for finer in range(3)]
    return next((pair for pair in written if pair[0] != pair[1]), written[0])


def _digits(value: Decimal | float, unit: str) -> int:
    if unit in {"units_per_order", "views_per_visitor", "times", "stars"}:
        return 2
    return 0 if value == int(value) or unit in _SAID | _COUNTED else 1


def short(book: Book, value: Decimal | float | None, unit: str) -> str:
    """Write a value for an axis or a card: money and big counts shortened, the rest in full."""
    if value is not None and unit == "money":
        return compact_money(value, book.store.currency, book.locale)
    return amount(book, value, unit)


def change(book: Book, now: Decimal | None, then: Decimal | None, metric: Metric) -> Change | None:
    """Write how a value moved: shares in percentage points, everything else in percent; None where either is missing."""
    if now is None or then is None:
        return None
    if metric.unit != "share" and not then:
        return None
    shown = round((now - then) * 100 if metric.unit == "share" else (now - then) / abs(then) * 100, 1)
    unit = f" {book.say(POINTS)}" if metric.unit == "share" else "%"
    text = f"{'+' if shown > 0 else ''}{number(shown or abs(shown), book.locale, 1)}{unit}"  # no minus before 0.0
    good = None if metric.better == "none" or not shown else (shown > 0) == (metric.better == "up")
    return Change(text, good)


def kr_title(book: Book, kr: KeyResult) -> str:
    """A key result's title as typed, else made from its metric and target."""
    if kr.title:
        return kr.title
    metric = CATALOGUE.get(kr.metric or "")
    name = book.say(metric.label) if metric else (kr.measure.name if kr.measure else kr.id)
    target = amount(book, kr.target, kr_unit(kr)) if kr.target is not None else ""
    return f"{name} {target}".strip()


def kr_unit(kr: KeyResult) -> str:
    """Unit of a key result's value: its metric's, its typed measure's, or a share for milestones."""
    metric = CATALOGUE.get(kr.metric or "")
    if metric:
        return metric.unit
    if kr.measure:
        return kr.measure.unit
    return "share" if kr.kind == "milestones" else ""


def kr_measures(book: Book, kr: KeyResult) -> str:
    """What a key result measures, in words: metric with filter, or the typed measure."""
    metric = CATALOGUE.get(kr.metric or "")
    name = book.say(metric.label) if metric else (kr.measure.name if kr.measure else "")
    parts = (
        "，".join(value for _, value in kr.where.items)
        if book.locale == "zh"
        else ", ".join(v for _, v in kr.where.items)
    )
    return f"{name}（{parts}）" if parts and book.locale == "zh" else f"{name} ({parts})" if parts else name


def progress_text(book: Book, state: KeyResultState) -> str:
    """How far a key result has come: a share of the way; of a limit that is missed, by how much, in its own unit."""
    kr, missed = state.key_result, state.shortfall
    if kr.kind not in _LIMITS or not missed:
        return percent(state.progress, book.locale)
    unit = kr_unit(kr)
    by = f"{number(missed * 100, book.locale, 1)} {book.say(POINTS)}" if unit == "share" else amount(book, missed, unit)
    return book.say(_LIMITS[kr.kind], by=by)


def pill(book: Book, status: OkrStatus) -> Status:
    """A status as a pill."""
    return Status(book.say(status.label), status.colour)


def objective_pill(book: Book, state: ObjectiveState) -> Status:
    """An objective's status; once closed, the verdict on its score, and which guardrail it cost."""
    if state.score is None:
        return pill(book, state.status)
    says = book.say(state.score.says(book.as_of))
    if broken := [kr.id for kr in state.key_results if kr.score and kr.score.verdict == "breached"]:
        text = Text("{says}; guardrail {ids} breached", "{says}；底线 {ids} 失守")
        return Status(
            book.say(text, says=says, ids=", ".join(broken)), "bad" if state.score.colour == "bad" else "warn"
        )
    return Status(says, state.score.colour)


def platform_name(book: Book, platform: str) -> str:
    """A platform as people call it; one that okrlib does not know as it is typed."""
    return book.say(_PLATFORMS[platform]) if platform in _PLATFORMS else platform


def segment_name(book: Book, label: Text) -> str:
    """A segment as a reader meets it: okrlib's own channel words in both languages, a merchant's as they are."""
    return book.say(_CHANNELS.get(label.en, label))


def listed(book: Book, items: Sequence[str]) -> str:
    """Write things one after the other: ``a, b and c`` or ``a、b、c``."""
    if book.locale == "zh" or len(items) < 2:
        return "、".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def paragraph(book: Book, sentences: Iterable[str]) -> str:
    """Set sentences one after the other; empty ones are left out."""
    return (" " if book.locale == "en" else "").join(filter(None, sentences))


def in_ten(book: Book, probability: float | None, limits: Iterable[float] = ()) -> str:
    """A probability as people count it: "6 in 10"; near-certain ends are said in words.

    One that rounding would lift to one of the `limits` that a status hangs on is said to be just under it.
    """
    if probability is None:
        return NO_DATA
    if probability < 0.05:
        return book.say(Text("less than 1\u00a0in\u00a020", "不足半成"))
    if probability > 0.95:
        return book.say(Text("more than 19\u00a0in\u00a020", "九成五以上"))
    tenths = min(max(round(probability * 10), 1), 9)
    if any(probability < limit <= tenths / 10 for limit in limits):
        return book.say(
            Text("just under {n}\u00a0in\u00a010", "不到{zh}成"), n=tenths, zh="一二三四五六七八九"[tenths - 1]
        )
    return book.say(Text("{n} in 10", "约{zh}成"), n=tenths, zh="一二三四五六七八九"[tenths - 1])
