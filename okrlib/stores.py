"""The workbook folder and the stores in it."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, field_validator

from okrlib.errors import FieldError, ParameterError
from okrlib.periods import Quarter
from okrlib.text import Locale, Text
from okrlib.yaml_files import load_yaml, parse_model, yaml_text

HOME_VARIABLE = "OKR_HOME"
_UNFIT = re.compile(r"[\[\]]|%[0-9A-Fa-f]{2}")  # Delta tables cannot be opened below such a folder
STORE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@cache
def _zones() -> set[str]:
    return available_timezones()  # reads the folders of the time zone database


class Name(BaseModel):
    """A name in both languages; a plain string serves for both."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str
    zh: str

    @property
    def text(self) -> Text:
        """The name as other words are."""
        return Text(self.en, self.zh)


class Database(BaseModel):
    """Where a store's tables come from when it has no exports: a query for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="as SQLAlchemy takes it, or env:NAME for a variable that holds it")
    tables: dict[str, str] = Field(description="canonical table: SQL whose columns are the table's")


class Store(BaseModel):
    """One shop on one platform, as `params/stores/<store>.yaml` describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: str
    title: Name
    platform: str
    currency: str
    timezone: str
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", description="for public holidays, ISO 3166")
    locale: Locale = "en"
    owner: str | None = None
    team: str | None = None
    layout: str | None = Field(default=None, description="read every file with this layout instead of detecting one")
    source: Database | None = Field(default=None, description="a database to read instead of export files")
    generated: bool = Field(default=False, description="the data is made by the simulator; said wherever it shows")
    status_words: dict[str, str] = Field(default_factory=dict, description="platform word: canonical status")
    max_bad_share: float = Field(default=0.3, ge=0, le=1, description="a file with more bad rows is refused whole")
    engine: Literal["duckdb", "spark"] = Field(default="duckdb", description="what computes its figures")
    notes: str | None = None

    @field_validator("title", mode="before")
    @classmethod
    def _one_name_for_both(cls, value: Any) -> Any:
        return {"en": value, "zh": value} if isinstance(value, str) else value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value not in list_currencies():
            raise FieldError(
                "expected an ISO 4217 code such as CNY, USD or GBP", "请填写 ISO 4217 货币代码，例如 CNY、USD、GBP"
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            raise FieldError(
                "expected an IANA zone such as Asia/Shanghai or Europe/London",
                "请填写 IANA 时区，例如 Asia/Shanghai、Europe/London",
            )
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.timezone)

    def name(self, locale: Locale) -> str:
        """The store's title in `locale`."""
        return self.title.zh if locale == "zh" else self.title.en


@lru_cache(maxsize=1000)
def _parsed(text: str, name: str) -> Store:
    return parse_model(Store, load_yaml(text, name), name)


class Workbook:
    """The folder that holds a team's parameters, exports, lake, notebooks and reports."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.params = self.home / "params"
        self.exports = self.home / "exports"
        self.warehouse = self.home / "warehouse"
        self.notebooks = self.home / "notebooks"
        self.reports = self.home / "reports"

    def stores(self) -> list[str]:
        """Names of all stores, sorted."""
        return sorted(path.stem for path in (self.params / "stores").glob("*.yaml"))

    def store(self, name: str) -> Store:
        """Read one store; an unknown or unsafe name is a ParameterError that lists the known ones."""
        known = self.stores()
        if not STORE_NAME.fullmatch(name) or name not in known:
            have = ", ".join(known) or f"none yet: add one as {self.params / 'stores'}/<store>.yaml"
            raise ParameterError(
                f"store {name!r}: not in this workbook; stores: {have}",
                f"工作簿中没有店铺 {name}；已有：{', '.join(known) or '无'}",
            )
        path = self.params / "stores" / f"{name}.yaml"
        store = _parsed(yaml_text(path), str(path))
        if store.store != name:
            raise ParameterError(
                f"{path}: store: expected {name!r}, the file's name (found {store.store!r})",
                f"{path}：store 应与文件名一致，即 {name}（填写内容：{store.store}）",
            )
        return store

    def sheet_path(self, store: str, quarter: Quarter) -> Path:
        """Where the store's OKR sheet of the quarter lies."""
        return self.params / "okrs" / store / f"{quarter}.yaml"

    def journal_path(self, store: str, quarter: Quarter) -> Path:
        """Where the store's journal of the quarter lies."""
        return self.params / "okrs" / store / f"{quarter}.jsonl"


def find_home(given: str | Path | None = None) -> Path:
    """Find the workbook: the folder given, else OKR_HOME, else the nearest folder upwards that has params/stores."""
    start = Path(given or os.environ.get(HOME_VARIABLE) or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "params" / "stores").is_dir():
            if _UNFIT.search(str(folder)):
                raise ParameterError(
                    f"{folder}: a workbook's folder may not have [ ] or %20 in its name; rename it",
                    f"{folder}：工作簿文件夹名不能含 [ ] 或 %20，请改名",
                )
            return folder
    raise ParameterError(
        f"{start}: no workbook here (no params/stores); make one with: okr init DIR",
        f"{start}：这里不是工作簿（没有 params/stores），可用 okr init 文件夹 新建",
    )
