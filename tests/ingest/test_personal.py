import stat
import threading

import pytest

from okrlib.errors import DataError, ParameterError
from okrlib.ingest.personal import KEY_VARIABLE, Pseudonyms, key_path, province, read_key


def test_the_key_is_made_once_outside_the_workbook_for_its_owner_alone(tmp_path):
    key = read_key(tmp_path)
    assert len(key) == 32
    assert read_key(tmp_path) == key
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert [path.name for path in key_path().parent.iterdir()] == [key_path().name]


def test_without_a_setting_the_key_lies_in_the_users_own_folder(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE)
    assert key_path().name == "buyers.key"
    assert key_path().parent.name == "okrlib"


def test_a_key_inside_the_workbook_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "params" / "key"))
    with pytest.raises(ParameterError, match="inside the workbook"):
        read_key(tmp_path)


def test_a_spoilt_key_is_not_silently_replaced(tmp_path, monkeypatch):
    path = tmp_path / "keys" / "buyers.key"
    path.parent.mkdir()
    path.write_text("")
    monkeypatch.setenv(KEY_VARIABLE, str(path))
    with pytest.raises(DataError, match="not a key"):
        read_key(tmp_path / "workbook")


def test_two_at_once_agree_on_one_key(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "keys" / "buyers.key"))
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(read_key(tmp_path / "workbook"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1


def test_a_buyer_is_the_same_in_every_disguise_and_another_elsewhere():
    hashed = Pseudonyms(b"k", "shop")
    same = {
        hashed(cell) for cell in ("Anna@Example.org", " anna@example.org", '="ANNA@example.org"', "'anna@example.org")
    }
    assert len(same) == 1
    assert len(same.pop()) == 24
    assert hashed("17850.0") == hashed("17850")
    assert hashed("Anna") != Pseudonyms(b"k", "other")("Anna")
    assert hashed("Anna") != Pseudonyms(b"l", "shop")("Anna")


@pytest.mark.parametrize("cell", ["", " ", "-", "null", "'", '=""'])
def test_no_buyer_stays_no_buyer(cell):
    assert Pseudonyms(b"k", "shop")(cell) == ""


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("浙江省 杭州市 文一路1号", "浙江省"),
        ("上海 上海市 浦东新区", "上海"),
        ("黑龙江 哈尔滨", "黑龙江"),
        ("广东省深圳市南山区科技路1号张三收", "广东省"),
        ("北京市朝阳区中山路2号", "北京市"),
        ("新疆维吾尔自治区乌鲁木齐市", "新疆维吾尔自治区"),
        ("香港特别行政区中西区", "香港特别行政区"),
        ("中国浙江省杭州市", "浙江省"),
        ("科技路1号2栋301", ""),
        ("'江苏省 南京市", "江苏省"),
        ("", ""),
    ],
)
def test_of_an_address_only_the_province_stays(address, kept):
    assert province(address) == kept
