import base64
import re
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest

from okrlib.show import palette, theme
from okrlib.show.chart import Chart, svg
from okrlib.show.table import Table


def draw(points=0, title="Net revenue"):
    with theme.style("en"):
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3], [1, 4, 2], label="this year")
        axes.axhline(2, color=theme.LIGHT.target)
        axes.scatter(np.linspace(1, 3, points), np.linspace(1, 4, points))
        axes.set_title(title)
    plt.close(figure)
    return figure


def test_the_same_drawing_gives_the_same_bytes():
    assert svg(draw(), "en") == svg(draw(), "en")


def test_showing_a_chart_twice_gives_the_same_html():
    chart = Chart(draw(), "A line.")
    assert chart._repr_html_() == chart._repr_html_()


def test_figures_are_closed_at_once():
    Chart(plt.figure(), "Nothing.")
    assert plt.get_fignums() == []


def test_a_chart_without_alt_is_refused():
    with pytest.raises(ValueError, match="alt"):
        Chart(draw(), " ")


def test_svg_is_well_formed_keeps_its_box_and_follows_dark_mode():
    text = svg(draw(title='<script>"&'), "en")
    root = ET.fromstring(text)
    assert root.get("viewBox") == "0 0 460.8 259.2"
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert f"@media screen and (prefers-color-scheme:dark){{:root{{{palette.variables(palette.DARK)}" in text
    assert "stroke: var(--okr-this-year)" in text
    assert "var(--okr-target)" in text
    body = text[text.index("</style>") :]
    assert not re.search(r"#(?!m|p|C)[0-9a-f]{6}[;\"]", body), "a colour that does not follow the mode"
    assert "DejaVu" not in text


def test_html_has_words_picture_caption_and_data():
    data = Table.plain(["Week", "Revenue"], [("<b>1</b>", "£10")])
    html = Chart(draw(), 'Revenue "rose"', "By week", data, "zh").__html__()
    assert 'alt="Revenue &#34;rose&#34;"' in html
    assert "<figcaption>By week</figcaption>" in html
    assert "<summary>图表数据</summary>" in html
    assert "&lt;b&gt;1&lt;/b&gt;" in html
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)" width="645" height="363"', html)
    assert base64.b64decode(picture[1]).startswith(b"<svg")


def test_thousands_of_points_become_a_picture():
    text = svg(draw(points=5000), "en")
    assert "data:image/png;base64" in text
    assert len(text) < 100_000
    assert "data:image/png" not in svg(draw(points=100), "en")
