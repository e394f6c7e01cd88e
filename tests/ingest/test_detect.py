import pytest

from okrlib.errors import DataError, LayoutError
from okrlib.ingest.detect import detect
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.model import normalised
from tests.ingest.conftest import HEADER, csv, line

OTHER = """
layouts:
  - platform: custom
    name: other
    title: {en: Other, zh: 其他}
    source: invented
    encoding: cp1252
    order: number
    fields:
      number: {columns: Nummer, kind: id, required: true}
      size: {columns: Größe, needed: true}
    tables: {}
"""


def found(stall, content, name="till.csv", **wanted):
    layouts = load_layouts(stall.workbook.params / "layouts")
    return detect(stall.write(content, name), layouts, **wanted)


def test_the_header_is_found_below_title_rows_with_quotes_of_their_own(stall):
    title = 'Till of the stall, 2026\n"printed\non paper",,\n\n'
    seen = found(stall, title + csv(line()))
    assert (seen.layout.id, seen.header.line, seen.width) == ("custom.till", 5, len(HEADER))
    assert [number for number, _, _ in seen.rows()] == [6]


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_the_delimiter_is_the_one_by_which_a_layout_fits(stall, mark):
    text = "\n".join(row.replace(",", mark) for row in csv(line(note="a,b,c,d,e,f,g,h,i,j,k,l")).splitlines())
    assert found(stall, text + "\n").header.delimiter == mark


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("订单付款时间 ", "订单付款时间"),
        ("收入（+元）", "收入(+元)"),
        ("\ufeffOrder ID", "order id"),
        ("Ｓｋｕ", "sku"),
    ],
)
def test_column_names_match_whatever_their_width_case_and_blanks(one, other):
    assert normalised(one) == normalised(other)


def test_other_names_of_a_column_are_known(stall):
    assert found(stall, csv(line()).replace(",at,", ",时间,")).match.where["sold_at"] == HEADER.index("at")


def test_a_file_that_no_layout_fits_names_the_nearest_and_what_they_miss(stall):
    with pytest.raises(LayoutError, match=r"till\.csv: no layout fits; nearest: custom\.till \(misses at, price\)"):
        found(stall, csv(line()).replace(",at,", ",when,").replace(",price,", ",cost each,"))


def test_a_file_without_a_known_column_asks_for_its_header(stall):
    with pytest.raises(LayoutError, match="no column of any layout found in the first 20 rows"):
        found(stall, "x,y\n1,2\n")


def test_an_unknown_layout_lists_the_known_ones(stall):
    with pytest.raises(LayoutError, match=r"layout 'custom\.til' is unknown; known: .*custom\.till"):
        found(stall, csv(line()), wanted="custom.til")


def test_two_layouts_that_fit_equally_are_not_chosen_between(stall):
    own = stall.workbook.params / "layouts"
    (own / "twin.yaml").write_text((own / "till.yaml").read_text(encoding="utf-8").replace("name: till", "name: twin"))
    with pytest.raises(LayoutError, match=r"custom\.till and custom\.twin fit equally well; say which"):
        found(stall, csv(line()))
    assert found(stall, csv(line()), wanted="custom.twin").layout.id == "custom.twin"


def test_another_platforms_file_is_refused_by_name_unless_asked_for(stall):
    shopify = "Name,Financial Status,Created at,Paid at,Total,Lineitem name,Lineitem quantity,Lineitem price\n"
    with pytest.raises(
        LayoutError, match=r"this is a file of shopify \(shopify\.orders\), the store's platform is etsy"
    ):
        found(stall, shopify, platform="etsy")
    assert found(stall, shopify, platform="shopify").layout.id == "shopify.orders"
    assert found(stall, shopify, wanted="shopify.orders", platform="etsy").layout.id == "shopify.orders"


def test_an_encoding_of_its_own_is_used_where_the_layout_is_named(stall):
    (stall.workbook.params / "layouts" / "other.yaml").write_text(OTHER, encoding="utf-8")
    seen = found(stall, "Nummer,Größe\n1,süß\n".encode("cp1252"), wanted="custom.other")
    assert [cells for _, cells, _ in seen.rows()] == [["1", "süß"]]


def test_a_damaged_file_says_where(tmp_path):
    """One byte lost inside a character leaves neither UTF-8 nor GB18030; the error names the place, not the header."""
    rows = (
        "订单编号,买家会员名,订单创建时间,订单付款时间,订单状态,总金额\n"
        + "1,张三,2026-01-01 10:00:00,,等待买家付款,5\n" * 3
    )
    data = rows.encode("gb18030")
    path = tmp_path / "list.csv"
    path.write_bytes(data[:-60] + b"\xff" + data[-60:])
    with pytest.raises(DataError, match=r"damaged near byte 1\d\d: gb18030 up to there"):
        detect(path, load_layouts())
