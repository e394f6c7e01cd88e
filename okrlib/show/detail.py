"""What stands behind the state of the business, folded away: a reader in a hurry passes by, another opens it."""

from __future__ import annotations

from okrlib.book import Book
from okrlib.show.assortment import bought_together, buying_hours, new_and_slow, pareto, price_bands, product_refunds
from okrlib.show.customers import cohorts, lifetime_value, second_orders
from okrlib.show.quality import data_quality
from okrlib.show.stack import Fold, Stack
from okrlib.show.trends import new_and_returning, weekly_course
from okrlib.text import Text


def course_detail(book: Book) -> Fold:
    """Two years by week, and the hours of the day."""
    title = Text("Two years by week; hours of the day", "两年周走势、付款时段")
    return Fold(book.say(title), [weekly_course(book), buying_hours(book)])


def range_detail(book: Book) -> Stack:
    """How few products carry the store, what is new or unsold, prices, baskets; then refunds by product and reason."""
    title = Text(
        "The range: what carries it, new and unsold products, prices, baskets", "商品结构、新品与未动销、价格带、连带"
    )
    back = Text("What comes back, by product and reason", "退款商品与原因")
    parts = [pareto(book), new_and_slow(book), price_bands(book), bought_together(book)]
    return Stack([Fold(book.say(title), parts), Fold(book.say(back), [product_refunds(book)])])


def customer_detail(book: Book) -> Fold:
    """New and returning buyers by month, cohorts, second orders and lifetime value."""
    title = Text(
        "New and returning buyers, cohorts, second orders, lifetime value", "新老客、同期群、二次购买、生命周期价值"
    )
    parts = [new_and_returning(book), cohorts(book), second_orders(book), lifetime_value(book)]
    return Fold(book.say(title), parts)


def data_detail(book: Book) -> Stack:
    """What was read and what is missing; folded: files, rows left out and why, days out of the ordinary."""
    read, files, left_out, gaps, *rest = data_quality(book).parts
    title = Text(
        "Files read, rows left out and why, days out of the ordinary", "读入的文件、未计入的行及原因、异常日期"
    )
    return Stack([read, gaps, Fold(book.say(title), [files, left_out, *rest])])
