"""Jobs and notebooks are checked before anything runs."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_markdown_cell

from okrlib.errors import ParameterError
from okrlib.periods import Quarter
from okrlib.run.jobs import PARAMETERS as NAMES
from okrlib.run.jobs import Job, load_notebooks, prepared, read_job
from tests.run.workbook import PARAMETERS, cell, first_notebook, tiny_workbook, write_notebook

GOOD = {"store": "demo-tmall", "quarter": "2026Q3", "as_of": "2026-08-15", "locale": "zh"}


def test_a_job_reads_and_gives_back_its_parameters():
    job = read_job(GOOD)
    assert job == Job("demo-tmall", Quarter(2026, 3), date(2026, 8, 15), "zh")
    assert job.parameters == GOOD


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("store", "../demo", "store '../demo'"),
        ("store", "{locale}", "store '{locale}'"),
        ("store", 'x"\nimport os', "store"),
        ("store", "", "store ''"),
        ("store", 12, "store 12"),
        ("quarter", "2026Q5", "quarter '2026Q5'"),
        ("quarter", "2026Q3\n", "quarter"),
        ("as_of", "15.8.2026", "as_of '15.8.2026'.*2026-08-15"),
        ("as_of", "2026-02-30", "as_of '2026-02-30'"),
        ("locale", "zh-CN", "locale 'zh-CN'.*en, zh"),
    ],
)
def test_a_wrong_value_is_named(name, value, says):
    with pytest.raises(ParameterError, match=says):
        read_job(GOOD | {name: value})


def test_a_wrong_value_is_refused_in_a_job_made_directly_too():
    with pytest.raises(ParameterError, match="store"):
        Job("../demo", Quarter(2026, 3), date(2026, 8, 15), "en")


@pytest.mark.parametrize("name", ["x = 1\nimport os; os.system('id')", "__import__", "os.sep", "", "Store", "extra"])
def test_a_name_that_is_not_one_of_the_four_never_becomes_code(name):
    with pytest.raises(ParameterError, match="is not a parameter of the notebooks") as refused:
        read_job(GOOD | {name: "1"})
    assert "\n" not in str(refused.value)


@given(st.dictionaries(st.text() | st.sampled_from(NAMES), st.text() | st.sampled_from([*GOOD.values()])))
def test_whatever_is_typed_gives_plain_values_or_one_line(values):
    accepted, said = {}, ""
    try:
        accepted = read_job(values).parameters
    except ParameterError as refused:
        said = str(refused)
    assert (len(said.splitlines()), list(accepted)) in [(1, []), (0, list(NAMES))]
    assert all(value.replace("-", "").replace("_", "").isalnum() for value in accepted.values())


@pytest.mark.parametrize("missing", NAMES)
def test_a_missing_parameter_is_named(missing):
    with pytest.raises(ParameterError, match=f"'{missing}' is missing"):
        read_job({name: value for name, value in GOOD.items() if name != missing})


def test_a_packet_holds_the_numbered_notebooks_in_order_without_private_ones(tmp_path):
    tiny_workbook(tmp_path)
    write_notebook(tmp_path / "notebooks" / "scratch.ipynb", cell("1"))
    assert [notebook.name for notebook in load_notebooks(tmp_path)] == ["01_first", "02_second"]


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="no notebook of a packet"):
        load_notebooks(tmp_path)


def test_what_was_known_when_is_part_of_a_job_and_no_parameter():
    then = Job("demo-tmall", Quarter(2026, 3), date(2026, 8, 15), "zh", "2026-08-20T18:30+08:00")
    assert (then.parameters, then == read_job(GOOD)) == (GOOD, False)
    assert then.known_at == datetime.fromisoformat("2026-08-20T10:30+00:00")
    with pytest.raises(ParameterError, match="expected a moment with its offset"):
        Job("demo-tmall", Quarter(2026, 3), date(2026, 8, 15), "zh", "2026-08-20T18:30")


@pytest.mark.parametrize(
    "cells",
    [
        [cell("print(1)")],
        [cell('store = "x"\nquarter = "2026Q3"\nas_of = ""', "parameters")],
        [cell(PARAMETERS + "\ncutoff = 3", "parameters")],
        [cell(PARAMETERS, "parameters"), cell(PARAMETERS, "parameters")],
    ],
)
def test_a_notebook_must_declare_the_four_parameters_once(tmp_path, cells):
    path = write_notebook(tmp_path / "notebooks" / "01_x.ipynb", *cells)
    with pytest.raises(ParameterError, match="one cell tagged parameters that sets exactly store, quarter") as refused:
        load_notebooks(tmp_path)
    assert str(path) in str(refused.value)


def test_typed_parameters_are_parameters(tmp_path):
    typed = "\n".join(f"{name}: str = ''  # help" for name in NAMES)
    write_notebook(tmp_path / "notebooks" / "01_x.ipynb", cell(typed, "parameters"))
    assert len(load_notebooks(tmp_path)) == 1


OLD = '{"nbformat": 3, "worksheets": []}'
TWICE = '{"nbformat": 4, "cells": [{"id": "a"}, {"id": "a"}]}'


@pytest.mark.parametrize(
    "text", ["{", "", "[]", '{"nbformat": 4, "cells": 1}', '{"nbformat": 4, "cells": [1]}', OLD, TWICE]
)
def test_a_broken_notebook_is_refused_by_name(tmp_path, text):
    path = tmp_path / "notebooks" / "01_x.ipynb"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ParameterError, match=r"01_x\.ipynb: "):
        load_notebooks(tmp_path)


def test_cells_keep_their_ids_and_get_lasting_ones_where_they_have_none(tmp_path):
    path = first_notebook(tmp_path)
    path.write_text(path.read_text().replace('   "id": "conduct",\n', ""))
    (notebook,) = load_notebooks(tmp_path)
    assert [c["id"] for c in notebook.node.cells] == ["declared", "prose-en", "prose-zh", "form", "cell-4", "summary"]


def test_a_cell_in_both_languages_stays_in_both(tmp_path):
    prose = cell("KPI", "en", "zh", make=new_markdown_cell, id="both")
    write_notebook(tmp_path / "notebooks" / "01_x.ipynb", cell(PARAMETERS, "parameters", id="p"), prose)
    (notebook,) = load_notebooks(tmp_path)
    for locale in ("en", "zh"):
        assert [c["id"] for c in prepared(notebook, locale).cells] == ["p", "both"]
