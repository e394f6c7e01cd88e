"""Books to show: the demo's come from above; here a shop whose every word is an attack, and one that lacks most things."""

import base64
import re
from datetime import UTC, datetime
from functools import cache

import pytest

from okrlib.book import open_book
from okrlib.okr import Lesson, append
from okrlib.show.stack import Fold
from okrlib.steps import change_sheet, check_in, decide, lock_sheet, propose
from tests.analysis.conftest import teahouse  # noqa: F401  # the shop worked by hand there, to be read here
from tests.analysis.shops import line, make_shop, order, refund

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
SHEET = f"""\
store: shop
quarter: 2026Q3
objectives:
  - id: O1
    title: '{ATTACK}'
    why: '{ATTACK}'
    owner: '{ATTACK}'
    key_results:
      - {{id: O1.1, title: '{ATTACK}', metric: revenue, baseline: 0, target: 9000}}
      - {{id: O1.2, metric: orders, baseline: 0, target: 60}}
      - {{id: O1.3, title: Broken pots, kind: at_most, target: 3, measure: {{name: '{ATTACK}', definition: '{ATTACK}', unit: '{ATTACK}'}}}}
    tasks:
      - {{id: T1, key_result: O1.1, title: '{ATTACK}', owner: '{ATTACK}', start: 2026-07-01, due: 2026-07-31, blocked_by: '{ATTACK}'}}
"""  # fmt: skip
ROWS = {"rows_read": 3, "rows_used": 2, "rows_set_aside": 0, "rows_rejected": 1}
READ = {"source_file": ATTACK, "layout": ATTACK, "read_order": 1, "sha256": "11"} | ROWS
REJECT = {"source_file": ATTACK, "source_line": 2, "column_name": ATTACK, "value": ATTACK, "reason": ATTACK}


def html(shown):
    """What a part shows, the pictures in it as text."""
    bundle = shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else {"text/html": shown._repr_html_()}
    text = bundle["text/html"]
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text)
    return text + "".join(base64.b64decode(picture).decode() for picture in pictures)


def words(shown):
    """The words of what is shown, without markup, styles, and the labels that stand before cells on a phone only."""
    text = re.sub(r'<style>.*?</style>|<span class="okr-cell".*?</span>', "", shown.__html__(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def unfolded(shown):
    """The parts of what is shown, those that are folded away among them."""
    return [inner for part in shown.parts for inner in (part.parts if isinstance(part, Fold) else [part])]


def _rows():
    days = [f"2026-{month:02}-{day:02} 10:00:00" for month in (4, 5, 6, 7, 8) for day in range(1, 28)]
    places = {"channel": ATTACK, "region": ATTACK, "refund_amount": 0}
    orders = [order(str(n), day, 100, buyer=f"b{n % 50}", **places) for n, day in enumerate(days)]
    lines = [line(str(n), "1", f"sku{n % 3}", 100, title=f"{ATTACK}{n % 3}") for n in range(len(days))]
    products = [{"sku": f"sku{n}", "title": f"{ATTACK}{n}", "category": ATTACK} for n in range(3)]
    refunds = [refund("r1", "2026-07-20 10:00:00", 10, order_id="90", sku="sku0", title=ATTACK, reason=ATTACK)]
    look = {"competitor": ATTACK, "item": ATTACK, "promotion": ATTACK, "complaints": ATTACK, "category": f"{ATTACK}9"}
    rival = look | {"day": "2026-08-01", "price": 90, "rating": 4, "review_count": 9, "our_sku": "sku0"}
    market = [{"day": f"2026-0{month}-01", "category": ATTACK, "market_amount": 9000} for month in (6, 7)]
    return {
        "orders": orders, "order_lines": lines, "products": products, "refunds": refunds, "competitors": [rival], "market": market,
        "ads": [{"day": day, "channel": ATTACK, "spend": 3, "ad_amount": 9} for day in ("2026-07-02", "2026-08-26")],
    }  # fmt: skip


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Open the attacked shop: its products, regions, sheet, journal and files all carry markup."""
    home = tmp_path_factory.mktemp("hostile")
    workbook = make_shop(home, **_rows(), readings=[READ], rejects=[REJECT])
    path = workbook.params / "okrs" / "shop" / "2026Q3.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(SHEET, encoding="utf-8")

    def at(day):
        return {"at": datetime(2026, 7, day, 9, tzinfo=UTC), "by": ATTACK}

    def book(locale="en"):
        return open_book("shop", "2026Q3", "2026-08-27", locale, home=home)

    lock_sheet(book(), **at(2))
    path.write_text(path.read_text(encoding="utf-8").replace("target: 9000", "target: 8000"), encoding="utf-8")
    change_sheet(book(), ATTACK, **at(10))
    blocked = {"blocker": ATTACK, "blocker_kind": "external", "next_action": ATTACK, "next_due": "2026-07-20"}
    for key_result in ("O1.1", "O1.2"):
        check_in(book(), key_result, confidence=3, narrative=ATTACK, **blocked, **at(12))
    decide(book(), ATTACK, owner=ATTACK, due="2026-07-21", **at(12))
    propose(book(), ATTACK, ATTACK, **at(12))
    lesson = Lesson(about="O1.1", cause=ATTACK, verdict="keep", says=ATTACK, **at(20))
    append(workbook.journal_path("shop", book().quarter), lesson)
    return cache(book)


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """Open a shop that has three orders and nothing else: no lines, no buyers, no sheet."""
    home = tmp_path_factory.mktemp("bare")
    make_shop(home, orders=[order(str(n), f"2026-07-0{n} 10:00:00", 50) for n in (1, 2, 3)])
    return cache(lambda locale="en": open_book("shop", "2026Q3", "2026-07-20", locale, home=home))
