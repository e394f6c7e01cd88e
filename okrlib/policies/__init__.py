"""Rule books: what a platform asks of a store and charges it, as data, each rule with its source and the day it was seen.

``policies/<platform>.yaml`` of this package, then the workbook's own ``params/policies/<platform>.yaml``, whose rules replace
those of the same id or are added. Nothing here is legal advice: a rule without a day, or older than a year, asks to be checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from okrlib.errors import FieldError, SheetError
from okrlib.text import Text
from okrlib.yaml_files import load_yaml, parse_model

Area = Literal["entry", "fees", "promotion", "after_sales", "shipping"]
FRESH = timedelta(days=365)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fee(_Part):
    """What a platform takes: a share of what buyers paid, an amount per order, and fixed sums in `currency`."""

    rate: Decimal = Field(default=Decimal(0), ge=0, lt=1, description="of what was paid")
    categories: dict[str, Decimal] = Field(default={}, description="the merchant's category: its own rate")
    per_order: Decimal = Field(default=Decimal(0), ge=0)
    a_month: Decimal = Field(default=Decimal(0), ge=0)
    a_year: Decimal = Field(default=Decimal(0), ge=0)
    deposit: Decimal = Field(default=Decimal(0), ge=0, description="given back one day, so no cost")
    currency: str | None = Field(default=None, description="of the sums that are no share")
    on_refunds: bool = Field(default=True, description="kept by the platform when the buyer gets his money back")

    def __hash__(self) -> int:
        return hash((self.rate, *self.categories.items(), self.per_order, self.a_month, self.a_year))

    @model_validator(mode="after")
    def _sums_have_a_currency(self) -> Fee:
        if (self.per_order or self.a_month or self.a_year or self.deposit) and not self.currency:
            raise FieldError(
                "currency: say in which currency these sums are, such as CNY", "currency：请注明金额的货币，例如 CNY"
            )
        if wrong := next((rate for rate in self.categories.values() if not 0 <= rate < 1), None):
            raise FieldError(
                f"categories: {wrong}: expected a share below 1, such as 0.05",
                f"categories：{wrong} 应为小于 1 的比例，例如 0.05",
            )
        return self


class Rule(_Part):
    """One rule: where it stands, since when and until when it holds, and by which metric, fee or missing data it is tested."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    area: Area
    title: Text
    source: str = Field(min_length=3, description="title of the page or document that says so")
    gloss: str | None = Field(default=None, description="that title in English, where it is in another language")
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    seen: date | None = Field(
        default=None, description="day on which the source said so; none: what was read bears no date"
    )
    since: date | None = None
    until: date | None = Field(default=None, description="the last day it holds")
    metric: str | None = Field(default=None, description="of the catalogue, that tests it")
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    within_hours: int | None = Field(
        default=None, gt=0, description="of payment, where an order names no promise of its own"
    )
    fee: Fee | None = None
    needs: Text | None = Field(default=None, description="what would have to be known to test it, where no metric does")

    @model_validator(mode="after")
    def _can_be_tested_or_says_why_not(self) -> Rule:
        limits = [limit for limit in (self.at_most, self.at_least) if limit is not None]
        if len(limits) != (1 if self.metric else 0):
            raise FieldError(
                "metric: goes with either at_most or at_least", "metric：须且只能配 at_most 或 at_least 之一"
            )
        if not (self.metric or self.fee or self.needs):
            raise FieldError(
                "needs: say what would have to be known to test the rule (or name a metric or a fee)",
                "needs：请写明核对此规则需要哪些数据，或填写 metric、fee",
            )
        return self

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def check_again(self, day: date) -> bool:
        """Whether nobody has seen it within a year before `day`."""
        return self.seen is None or day - self.seen > FRESH


class RuleBook(_Part):
    """The rules of one platform."""

    platform: str
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _every_id_once(self) -> RuleBook:
        ids = [rule.id for rule in self.rules]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise FieldError(f"rules: {twice[0]!r} is there twice", f"rules：{twice[0]} 重复")
        return self

    @property
    def ship_within(self) -> int | None:
        """Hours after payment within which an order must be shipped that names no promise of its own; the strictest rule's."""
        return min((rule.within_hours for rule in self.rules if rule.within_hours), default=None)

    def on(self, day: date) -> RuleBook:
        """Return the rules in force on a day."""
        return RuleBook(platform=self.platform, rules=tuple(rule for rule in self.rules if rule.holds(day)))


def platforms() -> list[str]:
    """List the platforms that have a rule book in the package."""
    return sorted(
        entry.name.removesuffix(".yaml") for entry in files(__name__).iterdir() if entry.name.endswith(".yaml")
    )


def rule_book(platform: str, own: Path | None = None) -> RuleBook:
    """Return a platform's rules with those of the folder `own`; a platform nobody wrote a book for has none.

    A file that cannot be read is a SheetError with its line.
    """
    rules: dict[str, Rule] = {}
    for text, name in _texts(platform, own):
        book = _parsed(text, name)
        if book.platform != platform:
            raise SheetError(
                f"{name}: platform: expected {platform!r}, the file's name (found {book.platform!r})",
                f"{name}：platform 应与文件名一致，即 {platform}（填写内容：{book.platform}）",
            )
        rules |= {rule.id: rule for rule in book.rules}
    return RuleBook(platform=platform, rules=tuple(rules.values()))


def _texts(platform: str, own: Path | None) -> Iterator[tuple[str, str]]:
    shipped = files(__name__) / f"{platform}.yaml"
    if shipped.is_file():
        yield shipped.read_text(encoding="utf-8"), f"policies/{platform}.yaml"
    if own is not None and (path := own / f"{platform}.yaml").is_file():
        yield path.read_text(encoding="utf-8-sig"), str(path)


@lru_cache(maxsize=64)
def _parsed(text: str, name: str) -> RuleBook:
    return parse_model(RuleBook, load_yaml(text, name), name)
