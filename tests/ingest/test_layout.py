"""A layout that cannot work says so when it is loaded, with file, line and what would be right."""

import pytest

from okrlib.errors import LayoutError
from okrlib.ingest.layout import load_layouts


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("order: receipt", "order: bill", "order: 'bill' is not one of the fields"),
        (
            "      order_lines:",
            "      order_line:",
            "tables: 'order_line' is unknown; expected one of orders, order_lines",
        ),
        (
            "          sku: item",
            "          article: item",
            "tables.order_lines: unknown 'article'; expected one of order_id",
        ),
        ("sold: completed", "sold: done", "'done' is no status; expected one of unpaid, paid"),
        ("kind: province", "kind: region", "fields.address.kind"),
        ("      item: {", "      Item name: {", "fields: 'Item name': expected a name such as order_id"),
        ("      item: {", "      position: {", "fields: 'position': expected a name such as order_id, and none of"),
        ("kind: id, required: true", "kind: id", "comes from receipt, which must then be `required: true`"),
        ("          quantity: pieces\n", "", "tables.order_lines: quantity is required and not given"),
        (
            "    duplicates: set_aside",
            "    duplicate: set_aside",
            "duplicate: no such field; check its spelling; did you mean duplicates?",
        ),
    ],
)
def test_what_is_wrong_with_a_layout_is_said_at_once(stall, old, new, message):
    stall.layout((old, new))
    with pytest.raises(LayoutError) as caught:
        load_layouts(stall.workbook.params / "layouts")
    assert message in str(caught.value)
    assert str(stall.workbook.params / "layouts" / "till.yaml") in str(caught.value)


def test_a_users_layout_replaces_the_packages_of_the_same_name(stall):
    own = stall.workbook.params / "layouts" / "till.yaml"
    text = own.read_text(encoding="utf-8").replace(
        "platform: custom\n    name: till", "platform: shopify\n    name: orders"
    )
    own.write_text(text, encoding="utf-8")
    layouts = {layout.id: layout for layout in load_layouts(own.parent)}
    assert layouts["shopify.orders"].title.en == "Till"


def test_the_packages_own_layouts_load_and_say_where_they_are_known_from():
    layouts = load_layouts()
    assert {"taobao_tmall.order_list", "taobao_tmall.order_details", "shopify.orders"} <= {one.id for one in layouts}
    assert all(layout.source for layout in layouts)
