"""The same packets from a Dask cluster, one scheduler and one worker of it on this machine."""

import os
import subprocess
import sys

import pytest

from okrlib.errors import DataError, ParameterError
from okrlib.run import Crew
from okrlib.run.cluster import check_address
from tests.run.workbook import job, tiny_workbook
from tests.shared import PROJECT

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A cluster in a process of its own."""
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster.py").write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, "cluster.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process.stdout.readline().strip().replace("tcp://", "dask://")
        process.stdin.close()


@pytest.mark.filterwarnings("ignore")  # of the cluster's libraries
def test_a_cluster_makes_the_same_packets(address, tmp_path):
    book = tiny_workbook(tmp_path, "good", "broken")
    local = [outcome.page.read_bytes() for outcome in book.run(job(), job("broken"), force=True)]
    kinds = len(book.events)
    crew = Crew(2, "tests.run.rehearsals:pyplot", address)
    outcomes = book.run(job(), job("broken"), force=True, crew=crew)
    assert [outcome.status for outcome in outcomes] == ["ok", "failed"]
    assert [outcome.page.read_bytes() for outcome in outcomes] == local
    assert [event.kind for event in book.events[kinds:]].count("started") == 2


@pytest.mark.filterwarnings("ignore")
def test_no_cluster_is_told_in_one_line(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    monkeypatch.setattr("okrlib.run.cluster._SECONDS_TO_CONNECT", 0.5)
    book = tiny_workbook(tmp_path, "good")
    with pytest.raises(DataError, match="no cluster answers"):
        book.run(job(), crew=Crew(1, None, "dask://127.0.0.1:9"))


@pytest.mark.parametrize("address", ["dask://", "dask://host", "spark://host:1", "dask://host:1/x", "host:1"])
def test_an_address_names_host_and_port(address):
    with pytest.raises(ParameterError, match="dask://HOST:PORT"):
        check_address(address)
