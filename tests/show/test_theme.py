from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from okrlib.show import theme

DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])  # Machado 2009
PROTANOPIA = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_known_for_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_words_and_marks_can_be_read_on_paper_and_cards(palette):
    for back in (palette.paper, palette.surface):
        for role in ("ink", "muted", "good", "warn", "bad", "none"):
            assert contrast(getattr(palette, role), back) >= 4.5, role
        for role in ("this_year", "last_year", "target", "expected"):
            assert contrast(getattr(palette, role), back) >= 3, role


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["full", "deutan", "protan"])
def test_lines_of_a_chart_differ_for_every_eye(palette, sight):
    for a, b in combinations((palette.this_year, palette.last_year, palette.target, palette.expected), 2):
        seen = [np.clip(sight @ linear(colour), 0, 1) ** (1 / 2.2) for colour in (a, b)]
        assert np.linalg.norm(seen[0] - seen[1]) > 0.14, (a, b)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_no_two_roles_share_a_colour(palette):
    assert len(set(asdict(palette).values())) == len(asdict(palette))


@pytest.mark.parametrize("colour", theme.CATEGORIES)
def test_categories_show_on_both_papers(colour):
    assert min(contrast(colour, theme.LIGHT.paper), contrast(colour, theme.DARK.paper)) >= 3


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.6, 0.7, 1.0])
def test_heat_ink_reads_on_its_cell(share):
    assert contrast(theme.heat_ink(share), mpl.colors.to_hex(theme.HEAT(share))) >= 4


def test_style_is_undone_afterwards():
    before = dict(mpl.rcParams)
    with theme.style("zh"):
        assert mpl.rcParams["font.family"][0] == "Noto Sans SC"
        assert not mpl.rcParams["text.parse_math"]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_shipped_font_has_the_letters_a_chart_needs(locale, weight, capfd):
    with theme.style(locale):
        figure, axes = plt.subplots()
        axes.set_title("净收入 · 满$100减$20 ¥ £ € – — … ▲ ▼ → 笔单价,客单价「动销」", weight=weight)
        figure.canvas.draw()  # a missing glyph is a warning, and warnings are errors here
        plt.close(figure)
    assert capfd.readouterr() == ("", "")


def test_the_font_comes_with_its_licence():
    assert "SIL Open Font License" in (Path(theme.__file__).parent / "fonts" / "OFL.txt").read_text(encoding="utf-8")
