"""A store's file, and the workbook that holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrlib.errors import OkrError, ParameterError, SheetError
from okrlib.periods import Quarter
from okrlib.stores import STORE_NAME, Workbook

GOOD = """\
store: tea_house-2
title: {en: Tea House, zh: 茶舍}
platform: taobao_tmall
currency: CNY
timezone: Asia/Shanghai
"""


@pytest.fixture
def workbook(tmp_path):
    (tmp_path / "params" / "stores").mkdir(parents=True)
    write(Workbook(tmp_path), GOOD)
    return Workbook(tmp_path)


def write(workbook, text, name="tea_house-2"):
    (workbook.params / "stores" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_store_is_read_with_both_names(workbook):
    store = workbook.store("tea_house-2")
    assert (store.name("en"), store.name("zh")) == ("Tea House", "茶舍")
    assert (store.currency, store.zone.key, store.generated, store.locale) == ("CNY", "Asia/Shanghai", False, "en")


def test_one_name_serves_both_languages(workbook):
    write(workbook, GOOD.replace("{en: Tea House, zh: 茶舍}", "Tea House"))
    assert workbook.store("tea_house-2").name("zh") == "Tea House"


@pytest.mark.parametrize(
    "name", ["../tea_house-2", "", ".", "Tea", "a/b", "a\\b", "a\n", "tea house", "茶", "x" * 65, "nobody"]
)
def test_a_name_that_is_unsafe_or_unknown_lists_the_known_ones(workbook, name):
    with pytest.raises(ParameterError, match="not in this workbook; stores: tea_house-2"):
        workbook.store(name)


@given(st.text(max_size=70))
def test_no_store_name_leaves_its_folder(name):
    if STORE_NAME.fullmatch(name):
        assert not set(name) & set("./\\ \n:")


def test_an_empty_workbook_says_where_a_store_would_go(tmp_path):
    with pytest.raises(ParameterError, match=r"none yet: add one as .*params/stores/<store>\.yaml"):
        Workbook(tmp_path).store("tea")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("currency: CNY", "currency: RMB", r"tea_house-2\.yaml:4: currency: .*ISO 4217.*'RMB'"),
        ("timezone: Asia/Shanghai", "timezone: CST", r":5: timezone: .*IANA.*'CST'"),
        ("store: tea_house-2", "store: other", "store: expected 'tea_house-2', the file's name"),
        ("platform: taobao_tmall\n", "", "platform: is missing"),
        ("platform:", "plattform:", "plattform"),
        ("title:", "country: China\ntitle:", r":2: country: "),
        ("title:", "max_bad_share: 2\ntitle:", r":2: max_bad_share: .*less than or equal to 1"),
        ("{en: Tea House, zh: 茶舍}", "{en: Tea House}", r":2: title\.zh: is missing"),
        ("currency: CNY", "currency: CNY\ncurrency: USD", "duplicate key"),
    ],
)
def test_a_store_that_cannot_be_meant_is_refused_with_its_line(workbook, before, after, says):
    assert before in GOOD
    write(workbook, GOOD.replace(before, after))
    with pytest.raises(OkrError, match=says) as caught:
        workbook.store("tea_house-2")
    assert isinstance(caught.value, SheetError | ParameterError)
    assert "\n" not in str(caught.value)


def test_the_country_code_of_norway_is_kept(workbook):
    write(workbook, GOOD + "country: NO\n")
    assert workbook.store("tea_house-2").country == "NO"


def test_stores_are_listed_in_order(workbook):
    write(workbook, GOOD, "apple")
    assert workbook.stores() == ["apple", "tea_house-2"]


def test_sheet_and_journal_lie_side_by_side(workbook):
    sheet, journal = (path("tea", Quarter(2026, 4)) for path in (workbook.sheet_path, workbook.journal_path))
    assert sheet == workbook.home / "params" / "okrs" / "tea" / "2026Q4.yaml"
    assert journal == sheet.with_suffix(".jsonl")
