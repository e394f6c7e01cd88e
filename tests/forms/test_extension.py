"""`%load_ext okrlib` in a kernel's own shell: the style, the marks of shopping events, the `%okr` magic, cells shown anew."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from okrlib.forms import live
from okrlib.show import theme


@pytest.fixture
def shell(home, monkeypatch):
    """A shell as a kernel has it, in the workbook."""
    monkeypatch.chdir(home)
    live.forget()
    with mpl.rc_context():
        shell = InteractiveShell.instance()
        shell.reset()
        run(
            shell,
            "from okrlib import forms, open_book, show",
            'book = open_book("corner", "2025Q3", "2025-08-31", "en")',
        )
        yield shell
        shell.restore_sys_module_state()  # else `__main__` stays the shell's, and no process can be spawned any more
    InteractiveShell.clear_instance()
    plt.close("all")


def run(shell, *lines):
    with capture_output() as seen:
        done = shell.run_cell("\n".join(lines))
    done.raise_error()
    return seen


def test_charts_of_ones_own_have_the_style_and_the_events(shell):
    run(shell, "%load_ext okrlib")
    assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == theme.LIGHT.this_year
    shell.user_ns |= {"plt": plt, "days": pd.date_range("2024-11-15", "2024-12-05", freq="D")}
    run(shell, "figure, axes = plt.subplots()", "axes.plot(days, range(len(days)))")
    assert (
        "Black Friday" in " ".join(text.get_text() for text in shell.user_ns["axes"].texts)
        or shell.user_ns["axes"].texts
    )
    run(shell, "other, plain = plt.subplots()", "plain.plot([1, 2], [3, 4])")
    assert list(shell.user_ns["plain"].texts) == []


def test_commands_take_store_quarter_and_day_from_the_open_book(shell):
    run(shell, "%load_ext okrlib")
    assert "corner 2025Q3: " in run(shell, "%okr check").stdout
    assert "1,860" in run(shell, "%okr facts --metrics revenue").stdout.replace("1860", "1,860")
    assert "okr: metric 'nonsense'" in run(shell, "%okr facts --metrics nonsense").stdout
    assert "%okr form NAME" in run(shell, "%okr help").stdout
    assert "no command of okr" in run(shell, "%okr dance").stdout
    run(shell, "%okr open corner 2025Q2 2025-06-30 zh")
    assert (str(shell.user_ns["book"].quarter), shell.user_ns["book"].locale) == ("2025Q2", "zh")
    assert "2025Q2.yaml: no such file" in run(shell, "%okr lock").stdout


def test_what_a_notebook_shows_is_shown_anew_when_another_book_is_picked(shell):
    run(shell, "picker = forms.picker(book)")
    shown = run(shell, "show.objectives(book)")
    (first,) = shown.outputs
    assert "Objectives" in first.data["text/html"]
    with capture_output() as again:
        shell.user_ns["picker"].controls["locale"].value = "zh"
    assert shell.user_ns["book"].locale == "zh"
    assert shell.user_ns["locale"] == "zh"
    (anew,) = [one for one in again.outputs if "text/html" in one.data]
    assert "目标一览" in anew.data["text/html"]


def test_what_the_other_book_cannot_show_says_why(shell):
    run(shell, "picker = forms.picker(book)")
    run(shell, "show.objectives(book)")
    with capture_output() as again:
        shell.user_ns["picker"].controls["quarter"].value = "2025Q2"
    assert any("No OKR sheet for this quarter" in one.data.get("text/html", "") for one in again.outputs)
