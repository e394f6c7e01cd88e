import pytest

from tests.run.workbook import STORES, job, tiny_workbook


@pytest.fixture(scope="session")
def production(tmp_path_factory):
    """One run over stores of every conduct, in a folder whose name papermill would take for a template."""
    book = tiny_workbook(tmp_path_factory.mktemp("a {store} shop"), *STORES)
    jobs = [job(store) for store in STORES] + [job("good", "zh")]
    book.outcomes = {outcome.job: outcome for outcome in book.run(*jobs)}
    return book
