"""From exports to pages, end to end: the packets of the demo stores as a stakeholder opens them."""

import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.okr import Lesson, read_journal
from okrlib.starter import SAMPLE_STORE, init_workbook
from okrlib.stores import Workbook
from tests.commands import okr, okr_alone, run_alone
from tests.corner_shop import NAME, corner_shop
from tests.shared import PROJECT

EDITIONS = [(store, locale) for store in ("demo_tmall", "demo_shopify") for locale in ("en", "zh")]
every_edition = pytest.mark.parametrize(("store", "locale"), EDITIONS)


@pytest.fixture(scope="session")
def folder(demo, demo_run):
    """Where the packets lie."""
    assert demo_run.code == 0, demo_run.out + demo_run.err
    return demo.reports / str(QUARTER)


@pytest.fixture(scope="session")
def page(folder):
    """Open a packet as a tree."""

    @cache
    def opened(store, locale):
        return BeautifulSoup((folder / store / f"packet.{locale}.html").read_text(encoding="utf-8"), "html.parser")

    return opened


@pytest.fixture(scope="session")
def manifest(folder):
    """Read a packet's manifest."""
    return lambda store, locale: json.loads((folder / store / f"manifest.{locale}.json").read_text(encoding="utf-8"))


def notebooks():
    """The notebooks of a packet: all but those that say they are none of it."""
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        if nbformat.read(path, as_version=4).metadata.get("okrlib", {}).get("packet", True):
            yield path


def titles(locale):
    """The headings that the notebooks' prose has in one language, in the order of the packet."""
    for path in notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            if locale in cell.metadata.get("tags", []):
                yield from re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)


def spoken(tree):
    """All the words of a page: without styles, and without what people of the store typed into their sheet."""
    copy = BeautifulSoup(str(tree), "html.parser")
    for tag in copy.find_all("style"):
        tag.decompose()
    return copy.get_text(" ")


def test_the_demo_says_what_it_made(demo_run, demo):
    assert demo_run.code == 0
    assert "Traceback" not in demo_run.err
    assert demo_run.out.count(" known already; 0 rows: 0 used") == 2, "the exports had been read before"
    for store, locale in EDITIONS:
        assert (
            f"ok       {store} {locale}: {demo.reports / str(QUARTER) / store / f'packet.{locale}.html'}"
            in demo_run.out
        )
    assert f"index: {demo.reports / str(QUARTER) / 'index.html'}" in demo_run.out


@every_edition
def test_the_manifest_tells_a_quiet_success(manifest, store, locale):
    told = manifest(store, locale)
    assert (told["status"], told["error"], told["warnings"]) == ("ok", None, [])
    assert told["parameters"] == {"store": store, "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": locale}
    assert list(told["notebooks"]) == [path.stem for path in notebooks()]
    assert all(seconds > 0 for seconds in told["timings"].values())


@every_edition
def test_the_cards_are_in_the_manifest_and_at_the_top_of_the_page(manifest, page, store, locale):
    cards = manifest(store, locale)["summary"]["cards"]
    assert len(cards) >= 3
    assert all(card["label"] and card["value"] for card in cards)
    assert cards[0]["progress"] is None
    assert all(card["status"] for card in cards[1:])
    shown = page(store, locale).select(".page-summary .okr-card")
    assert [card.select_one(".okr-value").get_text(strip=True) for card in shown] == [card["value"] for card in cards]


@every_edition
def test_every_section_is_there_in_its_own_language_alone(page, store, locale):
    tree = page(store, locale)
    headings = [tag.get_text(strip=True) for tag in tree.main.find_all(["h2", "h3"])]
    appendix = {"en": "Appendix: OKR and KPI", "zh": "附录：OKR 与 KPI"}[locale]
    assert headings == [*titles(locale), appendix]
    other = set(titles("zh" if locale == "en" else "en"))
    assert {tag.get_text(strip=True) for tag in tree.find_all(["h1", "h2", "h3", "a", "summary"])} & other == set()
    assert tree.html["lang"] == {"en": "en", "zh": "zh-CN"}[locale]


@every_edition
def test_the_words_of_the_page_are_in_its_language(page, store, locale):
    """Labels of tables and charts, not what people typed: an English page has no Chinese label, and the other way."""
    tree = page(store, locale)
    labels = [tag.get_text(" ", strip=True) for tag in tree.select("thead th, caption, figcaption, .okr-pill")]
    # What a fold's line says after its colon are the store's goods or its buyers' words.
    labels += [re.split("[:：]", tag.get_text(" ", strip=True))[0] for tag in tree.select("summary")]
    assert len(labels) > 60
    wrong = r"[\u4e00-\u9fff]" if locale == "en" else r"[A-Za-z]{4,}"
    typed = re.compile(r"[“（\"].*|O\d\.\d.*|demo_tmall|Shopify.*|-?[\d,]+ 套")  # the goods' own unit is typed
    courses = {tag.caption.get_text(strip=True) for tag in tree.select("details table") if tag.caption}
    assert [label for label in labels if label not in courses and re.search(wrong, typed.sub("", label))] == []


@every_edition
def test_nothing_went_wrong_on_the_way(page, store, locale):
    words = spoken(page(store, locale))
    for bad in ("Traceback", "Error:", "Warning", "<okrlib", "object at 0x", "NaN", "nan%", "None", "Decimal("):
        assert bad not in words, bad


@every_edition
def test_nothing_points_outside_and_nothing_names_this_machine(folder, demo, store, locale):
    text = (folder / store / f"packet.{locale}.html").read_text(encoding="utf-8")
    tree = BeautifulSoup(text, "html.parser")
    assert all(tag["href"].startswith("#") for tag in tree.find_all(href=True))
    assert all(tag["src"].startswith("data:image/") for tag in tree.find_all(src=True))
    assert not re.search(r"https?://", text)
    assert tree.find_all(["script", "iframe", "link", "object", "form"]) == []
    assert str(demo.home) not in text
    assert str(PROJECT) not in text
    assert len(text.encode()) < 2_000_000


@every_edition
def test_every_picture_is_told_in_words_and_has_its_data_behind_it(page, store, locale):
    charts = page(store, locale).select("figure.okr-chart")
    assert len(charts) >= 4
    for chart in charts:
        assert len(chart.img["alt"]) > 20
        assert re.search(r"\d", chart.img["alt"]), "an alt text tells figures"
        assert len(chart.select("details table tbody tr")) >= 2  # a plan of two tasks is drawn too


@every_edition
def test_every_finding_leads_to_the_chart_or_table_it_rests_on(page, demo_book, store, locale):
    tree, found = page(store, locale), demo_book(store, locale).matters
    links = tree.select('a[href^="#okr-at-"]')
    assert len(links) == len(found) > 5
    for link in links:
        (target,) = tree.find_all(id=link["href"].removeprefix("#"))
        assert target.find("table") or target.find("img"), link
        assert link.text.strip()
    places = [element["id"] for element in tree.find_all(id=True)]
    assert len(places) == len(set(places))


@every_edition
def test_generated_data_and_the_as_of_day_can_be_seen(page, store, locale):
    tree = page(store, locale)
    day, label = {"en": ("22 Nov 2026", "generated data"), "zh": ("2026年11月22日", "模拟数据")}[locale]
    assert day in tree.header.get_text()
    assert tree.header.time["datetime"] == str(AS_OF)
    assert tree.select_one(".page-label").get_text(strip=True) == label
    assert {"en": "This store does not exist", "zh": "这家店铺并不存在"}[locale] in tree.main.get_text()


def figures(demo, store):
    words = ("--metrics", "revenue,orders,buyers,refund_rate", "--as-of", AS_OF, "--format", "json")
    return {
        row["metric"]: Decimal(row["value"])
        for row in json.loads(okr(demo.home, "facts", store, "--quarter", QUARTER, *words).out)
    }


def row(tree, *names):
    """The cells of the first row of the quarter's figures, folded ones too, that begins with one of these names."""
    heading = tree.main.find("h3", string=re.compile(r"^(The quarter in figures|主要指标)"))
    found = next(th for th in heading.find_all_next("th", scope="row") if th.get_text(strip=True) in names)
    return [cell.get_text(" ", strip=True) for cell in found.find_parent("tr").find_all("td")]


@every_edition
def test_the_pages_figures_are_those_of_okr_facts(demo, page, store, locale):
    facts, tree = figures(demo, store), page(store, locale)
    assert facts["revenue"] > 100_000
    assert re.sub(r"[^\d,]", "", row(tree, "Paid revenue", "支付金额")[0]) == f"{facts['revenue']:,.0f}"
    assert row(tree, "Paid orders", "支付订单数", "订单数")[0] == f"{facts['orders']:,}"
    assert row(tree, "Paying buyers", "支付买家数")[0] == f"{facts['buyers']:,}"
    assert f"{facts['refund_rate']:.1%}" in row(tree, "Refund rate", "退款率")


@every_edition
def test_the_parts_of_every_split_sum_to_the_revenue(demo, page, store, locale):
    revenue = figures(demo, store)["revenue"]
    captions = page(store, locale).find_all("caption", string=re.compile(r"^(Paid revenue by|支付金额（按)"))
    assert captions
    for caption in captions:
        rows = caption.find_parent("table").select("tbody tr")
        fold = caption.find_parent(class_="okr-table").find_next_sibling()
        if fold and fold.summary and re.fullmatch(r"\d+ more|其余 \d+ 项", fold.summary.get_text(strip=True)):
            rows += fold.select("tbody tr")
        parts = [int(re.sub(r"[^\d-]", "", tr.find("td").get_text())) for tr in rows]
        assert abs(sum(parts) - revenue) <= len(parts), caption.get_text()


def test_both_languages_tell_the_same_figures(page):
    for store in ("demo_tmall", "demo_shopify"):
        english, chinese = (
            [
                re.sub(r"[^\d.%+-]", "", cell.get_text())
                for cell in page(store, locale).select("table tbody td.okr-right")
            ]
            for locale in ("en", "zh")
        )
        assert len(english) == len(chinese) > 100


def test_the_index_leads_to_every_packet(folder):
    tree = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {link["href"] for link in tree.find_all("a")}
    assert links == {f"{store}/packet.{locale}.html" for store, locale in EDITIONS}
    assert all((folder / link).exists() for link in links)
    for words in ("Qinglan Tea Ware (demo)", "青岚茶器旗舰店（演示）"):
        assert words in tree.get_text()


def test_nothing_runs_twice_and_the_same_inputs_give_the_same_bytes_anywhere(folder, demo, tmp_path):
    words = ("run", QUARTER, "--store", "demo_shopify", "--as-of", AS_OF, "--locale", "en")
    again = okr_alone(demo.home, *words)
    assert (again.code, again.out.split()[0]) == (0, "skipped")
    home = Path(
        shutil.copytree(demo.home, tmp_path / "elsewhere 另一处", ignore=shutil.ignore_patterns("exports", "reports"))
    )
    moved = okr_alone(home, *words, "--force", "--jobs", "1")
    assert (moved.code, moved.out.split()[0]) == (0, "ok")
    page = Workbook(home).reports / str(QUARTER) / "demo_shopify" / "packet.en.html"
    assert page.read_bytes() == (folder / "demo_shopify" / "packet.en.html").read_bytes()


@pytest.fixture(scope="session")
def closed(demo):
    """The Chinese packet of the quarter that is over."""
    done = okr_alone(demo.home, "run", "2026Q3", "--store", "demo_tmall", "--as-of", AS_OF, "--locale", "zh")
    assert done.code == 0, done.out + done.err
    text = (demo.reports / "2026Q3" / "demo_tmall" / "packet.zh.html").read_text(encoding="utf-8")
    tree = BeautifulSoup(text, "html.parser")
    for label in tree.select(".okr-cell"):
        label.decompose()  # a column's name, repeated in each cell for a phone
    return tree


def test_a_closed_quarter_shows_its_scores(closed):
    tables = [table for table in closed.find_all("table") if table.find("th", string="评分")]
    table = next(
        table for table in tables if re.search(r"O\d\.\d", table.get_text())
    )  # reviews have stars of their own
    score = [th.get_text(strip=True) for th in table.select("thead th")].index("评分")
    shown = [tr.find_all(["th", "td"])[score].get_text(strip=True) for tr in table.select("tbody tr")]
    assert len(shown) == 5
    assert [text for text in shown if re.fullmatch(r"0\.\d|1\.0", text)], "scores to one decimal"
    assert "结项时" in closed.main.get_text()
    cards = [card.get_text(strip=True) for card in closed.select(".page-summary .okr-card .okr-value")]
    assert all(re.fullmatch(r"0\.\d|1\.0|–", text) for text in cards[1:]), "a closed objective shows its score"


def test_a_closed_quarter_shows_its_lessons(closed, demo):
    lessons = read_journal(demo.journal_path("demo_tmall", QUARTER.previous)).of(Lesson)
    assert len(lessons) >= 3
    for lesson in lessons:
        assert lesson.says in closed.main.get_text()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A workbook with one small store and one short notebook, whose packet has been made."""
    workbook = corner_shop(tmp_path_factory.mktemp("small") / "workbook")
    for path in workbook.notebooks.glob("*.ipynb"):
        if path.stem != "02_objectives":
            path.unlink()
    return workbook


def test_a_broken_notebook_fails_its_packet_and_the_last_good_one_stands(small):
    words = ("run", "2025Q3", "--store", NAME, "--as-of", "2025-09-30", "--locale", "en")
    good = okr_alone(small.home, *words)
    assert (good.code, "ok       corner en" in good.out) == (0, True), good.out + good.err
    made = small.reports / "2025Q3" / NAME / "packet.en.html"
    before = made.read_bytes()

    node = nbformat.read(small.notebooks / "02_objectives.ipynb", as_version=4)
    node.cells.append(new_code_cell("raise ValueError('the till is stuck')"))
    nbformat.write(node, small.notebooks / "09_broken.ipynb")
    bad = okr_alone(small.home, *words)
    assert bad.code == 1
    assert "failed   corner en" in bad.out
    assert "ValueError: the till is stuck" in bad.out
    assert made.read_bytes() == before
    told = (made.parent / "failed.en.html").read_text(encoding="utf-8")
    assert "09_broken" in told
    assert "the till is stuck" in told
    index = BeautifulSoup((small.reports / "2025Q3" / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert {f"{NAME}/packet.en.html", f"{NAME}/failed.en.html"} == {link["href"] for link in index.find_all("a")}

    (small.notebooks / "09_broken.ipynb").unlink()
    assert okr_alone(small.home, *words).code == 0
    assert not (made.parent / "failed.en.html").exists()


def test_a_store_without_data_is_a_note_where_it_was_not_named(small, tmp_path):
    words = ("run", "2025Q3", "--as-of", "2025-09-30", "--locale", "en")
    done = okr_alone(small.home, *words, "--log", tmp_path / "runs.jsonl")
    assert (done.code, done.err.strip()) == (0, "")
    assert f"{SAMPLE_STORE}: left out: store '{SAMPLE_STORE}': no orders in the lake yet" in done.out
    told = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()]
    (left,) = [line for line in told if line["store"] == SAMPLE_STORE]
    assert (left["status"], left["locale"]) == ("left out", "en")
    assert "okr ingest demo_tmall" in left["reason"]
    parts = [okr(small.home, *words, "--shard", f"{part}/2") for part in (1, 2)]
    assert [part.code for part in parts] == [0, 0], "a part that holds no store with data has nothing to do"
    assert okr(small.home, *words, "--store", NAME, "--store", SAMPLE_STORE).code == 2


def test_where_no_store_has_data_nothing_is_green(tmp_path):
    home = init_workbook(tmp_path / "workbook").home
    for words in ((), ("--shard", "1/2"), ("--shard", "2/2")):
        done = okr(home, "run", "2025Q3", *words)
        if done.code:
            assert (done.code, done.err.strip()) == (
                2,
                "okr: no store to run; read its exports first: okr ingest STORE",
            )
        else:
            assert words, "a part of no packets at all"


def test_a_notebook_runs_by_plain_papermill_from_the_workbook(demo, tmp_path):
    out = tmp_path / "out.ipynb"
    words = ("-p", "store", "demo_tmall", "-p", "quarter", QUARTER, "-p", "as_of", AS_OF, "-p", "locale", "zh")
    done = run_alone(demo.home, sys.executable, "-m", "papermill", "notebooks/01_business_state.ipynb", out, *words)
    assert done.code == 0, done.err
    outputs = [output for cell in nbformat.read(out, as_version=4).cells for output in cell.get("outputs", [])]
    kinds = {output.output_type for output in outputs}
    assert kinds == {"execute_result", "display_data"}, "figures and the form's picker; no error, and nothing on stderr"
    assert any("本季至今" in output.data.get("text/html", "") for output in outputs)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_phone_and_a_desk_show_it_quietly(browser, folder, locale):
    said, asked = [], []
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / "demo_tmall" / f"packet.{locale}.html").as_uri())
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:image/"))] == []


@every_edition
def test_the_key_results_fit_a_desks_screen(browser, folder, store, locale):
    caption = {"en": "Key results", "zh": "关键结果一览"}[locale]
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto((folder / store / f"packet.{locale}.html").as_uri())
        tables = page.locator(".okr-table").filter(has=page.get_by_text(caption, exact=True))
        assert tables.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)") == [0]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_it_prints_to_paper(chromium, folder, tmp_path, locale):
    pdf = tmp_path / "packet.pdf"
    address = (folder / "demo_tmall" / f"packet.{locale}.html").as_uri()
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}")
    subprocess.run([chromium, *flags, f"--print-to-pdf={pdf}", address], check=True, capture_output=True, timeout=120)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))
    assert 5 <= pages <= 55
