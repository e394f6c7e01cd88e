import base64
import hashlib
import re
from copy import deepcopy
from datetime import date, datetime
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from okrlib.periods import Quarter
from okrlib.run.manifest import Failure
from okrlib.run.page import render_failure, render_index, render_packet
from okrlib.run.sanitize import clean
from okrlib.show import theme
from okrlib.show.cards import Card, Cards
from okrlib.show.chart import Chart
from okrlib.show.palette import SUMMARY_MIME
from okrlib.show.prose import Notice
from okrlib.show.table import KPI_ANCHOR, Marked, Status, Table
from tests.run import sample_packet as sample

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>read</a>",
    "<a href='https://example.com/'>out</a>",
    "<svg onload=alert(1)><script>alert(1)</script><rect width='1'></rect></svg>",
    "<svg><style>@import 'https://example.com/'</style><a xlink:href='javascript:alert(1)'><text>t</text></a></svg>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "<img src='https://example.com/pixel.gif'>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0;background:url(https://example.com/)'>cover</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,x'></object><embed src='https://example.com/'>",
    "<meta http-equiv=refresh content='0;url=https://example.com/'><base href='https://example.com/'>",
    "<form action='https://example.com/'><input name=a><button>go</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<div id=content class='page-masthead okr-card'>spoof</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]
HOSTILE_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(1)</script></svg>'
)


def hostile_notebook():
    text = "\n\n".join(HOSTILE)
    title, endless = HOSTILE[1], "abcde" * 60
    return v4.new_notebook(
        cells=[
            sample.prose(
                1, f"# Title {title}\n\n{text}\n\n[read](javascript:alert(1)) ![x](https://example.com/x.png)"
            ),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {"text/html": html}) for html in HOSTILE]),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {"text/markdown": text})]),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {"application/javascript": "alert(1)"})]),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {"text/plain": text})]),
            v4.new_code_cell("x", outputs=[v4.new_output("stream", name="stdout", text=text)]),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {"image/svg+xml": HOSTILE_PICTURE})]),
            sample.prose(2, f"## {endless}\n\n{endless}"),
            sample.cell(3, Cards([Card(endless, endless, endless, Status(endless, "good"))])),
            sample.cell(4, Table.plain([endless, endless], [(endless, endless)]), Notice("warn", endless)),
            v4.new_code_cell("x", outputs=[v4.new_output("display_data", {SUMMARY_MIME: {}, "text/html": text})]),
        ]
    )


def failure():
    return Failure("error", HOSTILE[0], HOSTILE[1], "03_key_results", 4, "cell-7", HOSTILE[0])


def entry(store, locale, **changes):
    parameters = {"store": store, "quarter": "2026Q3", "as_of": "2026-08-15", "locale": locale}
    found = {"packet": f"{store}/packet.{locale}.html", "failed": None}
    blank = {"store_title": store.title(), "status": "ok", "error": None, "summary": None, "last_good": None}
    return {"parameters": parameters} | found | blank | changes


def failed_entry(store, locale):
    return entry(
        store, locale, status="failed", failed=f"{store}/failed.{locale}.html",
        error={"message": f"{HOSTILE[1]}\nmore"}, last_good={"as_of": "2026-08-08"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages():
    drawn = {
        f"packet.{locale}": render_packet(sample.meta(locale), sample.notebooks(locale), locale)
        for locale in ("en", "zh")
    }
    hostile = [("01_hostile", hostile_notebook())]
    meta = sample.meta("en", store_title=HOSTILE[1], labels=(HOSTILE[0],), data_version='"><script>alert(1)</script>')
    drawn["hostile"] = render_packet(meta, hostile, "en")
    drawn["failed"] = render_failure(sample.meta("zh"), failure(), hostile, "zh")
    summary = sample.cards("en")._repr_mimebundle_()[SUMMARY_MIME]
    entries = [
        entry("harbour", "en", summary=summary),
        entry("harbour", "zh", store_title="海港"),
        failed_entry("tea", "en"),
    ]
    drawn["index"] = render_index(Quarter(2026, 3), entries)
    return drawn


NAMES = ["packet.en", "packet.zh", "hostile", "failed", "index"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_a_page_is_active_or_outside(pages, name):
    page = BeautifulSoup(pages[name], "html.parser")
    banned = "script iframe object embed base form input button link math noscript template a[target]".split()  # noqa: SIM905
    allowed = ["input", "script"] if name == "index" else []  # the search and its own script, see below
    assert [tag.name for tag in page.select(",".join(banned))] == allowed
    for tag in page.find_all("script"):
        tag.decompose()
    assert len(page.find_all("style")) == 1
    assert {meta.get("http-equiv") for meta in page.find_all("meta")} <= {None, "Content-Security-Policy"}
    for tag in page.find_all(True):
        assert not [attribute for attribute in tag.attrs if attribute.startswith("on") or attribute == "style"], tag
        assert re.match(r"data:image/", tag.get("src", "data:image/")), tag
        assert re.match(r"#|(harbour|tea)/(packet|failed)\.(en|zh)\.html$", tag.get("href", "#")), tag
    for tag in page.find_all(["pre", "p", "title", "dd", "span"]):
        tag.decompose()  # what is left is markup, not words
    assert not re.search(r"https?://", str(page))


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_every_link_and_label_has_its_target(pages, name):
    page = BeautifulSoup(pages[name], "html.parser")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    wanted = {tag["href"][1:] for tag in page.select("a[href^='#']")}
    wanted |= {tag["aria-labelledby"] for tag in page.find_all(attrs={"aria-labelledby": True})}
    assert wanted <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_headings_begin_with_one_h1_and_skip_no_rank(pages, name):
    ranks = [int(tag.name[1]) for tag in BeautifulSoup(pages[name], "html.parser").find_all(re.compile("^h[1-6]$"))]
    assert ranks.count(1) == 1
    assert ranks[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(ranks))


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_an_alt(pages, name):
    assert all(image.get("alt") is not None for image in BeautifulSoup(pages[name], "html.parser").find_all("img"))


def _sha256(page):
    script = re.search("<script>(.*?)</script>", page, re.DOTALL)[1]
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_allows_this_style_and_nothing_else(pages, name):
    css = re.search("<style>(.*?)</style>", pages[name], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    script = f" script-src '{_sha256(pages[name])}';" if name == "index" else ""
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}';{script} base-uri 'none'; form-action 'none'"
    )
    assert BeautifulSoup(pages[name], "html.parser").find("meta", attrs={"http-equiv": True})["content"] == policy
    assert len(css.encode()) < 25_000


def test_pages_speak_their_language(pages):
    assert '<html lang="en">' in pages["packet.en"]
    assert '<html lang="zh-CN">' in pages["packet.zh"]
    assert not re.search(r"[\u4e00-\u9fff]", re.sub("<style>.*?</style>", "", pages["packet.en"], flags=re.DOTALL))
    assert "As of" not in pages["packet.zh"]
    assert "本季度第 46 天，共 92 天" in pages["packet.zh"]


def test_cards_are_moved_to_the_top_and_code_is_hidden(pages):
    page = BeautifulSoup(pages["packet.en"], "html.parser")
    assert len(page.select(".okr-cards")) == 1
    assert page.select_one(".page-summary .okr-cards")
    assert "show(book)" not in page.text
    assert [a.text for a in page.select(".page-side a")] == [
        "Business state",
        "Revenue",
        "What the data can't say",
        "Key results",
        "Reading the bars",
        "Appendix: OKR and KPI",
        "How this packet was made",
    ]


def test_drawing_a_page_leaves_its_notebooks_alone_and_is_repeatable(pages):
    notebooks = sample.notebooks("en")
    before = deepcopy(notebooks)
    assert render_packet(sample.meta("en"), notebooks, "en") == pages["packet.en"]
    assert notebooks == before


def test_a_notebook_without_a_heading_gets_its_name():
    page = BeautifulSoup(
        render_packet(sample.meta("en"), [("01_business_state", v4.new_notebook())], "en"), "html.parser"
    )
    assert page.main.h2.text == "Business state"


def test_the_origin_is_told(pages):
    text = BeautifulSoup(pages["packet.zh"], "html.parser").footer.text
    for value in (sample.meta("zh").data_fingerprint, sample.meta("zh").sheet_fingerprint, "as_of=2026-08-15", "0.1.0"):
        assert value in text


@pytest.mark.parametrize(("locale", "words"), [("en", "Exports read by"), ("zh", "数据导入截至")])
def test_a_packet_says_what_was_known_when(pages, locale, words):
    then = sample.meta(locale, known_at=datetime.fromisoformat("2026-08-20T18:30+08:00"))
    page = BeautifulSoup(render_packet(then, [("01_business_state", v4.new_notebook())], locale), "html.parser")
    for part in (page.header.text, page.footer.text):
        assert words in part
        assert "2026-08-20 18:30+08:00" in part
    plain = BeautifulSoup(pages["packet.en"], "html.parser")
    assert "Exports read by" not in plain.header.text
    assert "everything read so far" in plain.footer.text


@pytest.mark.parametrize(
    ("locale", "as_of", "says", "never"),
    [
        ("en", "2026-08-15", "As of 15 Aug 2026 data to 8 Aug 2026 Day 46 of 92", "complete"),
        ("en", "2026-10-20", "As of 20 Oct 2026 data to 8 Aug 2026 Quarter over, 92 days", "complete"),
        (
            "zh",
            "2026-10-20",
            "截至日 2026年10月20日 数据截至 2026年8月8日 本季度已结束，共 92 天，末段没有数据",
            "截至 2026年10月20日",
        ),
    ],
)
def test_a_page_says_to_which_day_its_data_reach(locale, as_of, says, never):
    cards = Cards([Card("Revenue", "9")], {"as_of": as_of, "data_to": "2026-08-08"})
    meta = sample.meta(locale, as_of=date.fromisoformat(as_of))
    packet = render_packet(meta, [("01_x", v4.new_notebook(cells=[sample.cell(1, cards)]))], locale)
    told = " ".join(BeautifulSoup(packet, "html.parser").header.get_text(" ").split())
    assert says in told
    assert never not in told
    whole = render_packet(meta, [("01_x", v4.new_notebook())], locale)
    assert {"en": "data to", "zh": "数据截至"}[locale] not in BeautifulSoup(whole, "html.parser").header.get_text()


def test_the_index_says_to_which_day_the_data_reach():
    summary = {"cards": [], "data_to": "2026-08-08"}
    entries = [entry("tea", locale, summary=summary) for locale in ("en", "zh")] + [entry("mugs", "zh")]
    page = BeautifulSoup(render_index(Quarter(2026, 3), entries), "html.parser")
    told = [quiet.get_text() for quiet in page.select(".page-quiet")]
    assert told == [
        "as of 15 Aug 2026 · data to 8 Aug 2026",
        "截至日 2026年8月15日 · 数据截至 2026年8月8日",
        "截至日 2026年8月15日",
    ]
    assert [article["data-day"] for article in page.select("article")] == ["2026-08-08", "2026-08-15"]


def test_a_failure_says_where_and_what_to_do(pages):
    text = BeautifulSoup(pages["failed"], "html.parser").find(class_="page-failure").text
    for words in ("本次复盘未能完成", "03_key_results", "怎么处理", HOSTILE[1], "上一份完整的报告"):
        assert words in text
    assert BeautifulSoup(pages["failed"], "html.parser").dd.find_next("dd").text == "5"


@pytest.mark.parametrize("kind", ["error", "kernel died", "timeout", "page", "worker"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_kind_of_failure_has_a_page(kind, locale):
    assert "page-failure" in render_failure(sample.meta(locale), Failure(kind, "Name", "words"), [], locale)


def test_the_index_shows_every_store_its_objectives_and_its_failures(pages):
    harbour, tea = BeautifulSoup(pages["index"], "html.parser").find_all("article")
    assert harbour.h2.text.split() == ["Harbour", "·", "海港"]
    assert "137%" in harbour.text
    assert [link["href"] for link in harbour.find_all("a")] == ["harbour/packet.en.html", "harbour/packet.zh.html"]
    assert "Failed" in tea.text
    assert "as of 8 Aug 2026" in tea.text
    assert "tea/failed.en.html" in {link["href"] for link in tea.find_all("a")}


def test_the_index_never_mixes_figures_of_two_days():
    def drawn(value, status, **more):
        card = {"label": "O1", "value": value, "status": status, "level": "warn", "progress": 0.5}
        return more | {"summary": {"cards": [card]}}

    older, newer = entry("tea", "en", **drawn("10%", "on track")), entry("tea", "zh", **drawn("80%", "有风险"))
    both = BeautifulSoup(render_index(Quarter(2026, 3), [older, newer]), "html.parser").select_one(".page-figures").text
    assert "on track · 有风险" in both, "of one day: the same card in both languages"
    older["parameters"]["as_of"] = "2026-08-08"
    last = BeautifulSoup(render_index(Quarter(2026, 3), [older, newer]), "html.parser").select_one(".page-figures").text
    assert ("80%" in last, "有风险" in last, "10%" in last, "on track" in last) == (True, True, False, False)


def test_the_index_bears_an_empty_quarter_and_a_damaged_manifest():
    assert "本季度还没有报告" in render_index(Quarter(2026, 3), [])
    damaged = failed_entry("tea", "zh") | {"last_good": None, "packet": None}
    damaged["parameters"]["as_of"] = ""
    assert "未完成" in render_index(Quarter(2026, 3), [damaged])


@pytest.mark.parametrize(
    ("as_of", "words"), [(date(2026, 7, 1), "Day 1 of 92"), (date(2026, 10, 9), "Quarter complete")]
)
def test_the_masthead_says_how_far_the_quarter_is(as_of, words):
    assert words in render_packet(sample.meta("en", as_of=as_of), [], "en")


def test_twenty_charts_stay_under_two_megabytes():
    def chart(i):
        with theme.style("en"):
            figure, axes = plt.subplots()
            for year in range(3):
                axes.plot(np.arange(92), np.sin(np.arange(92) / 9 + i) + year)
        return Chart(figure, f"Chart {i}")

    notebook = v4.new_notebook(cells=[sample.cell(i, chart(i)) for i in range(20)])
    assert len(render_packet(sample.meta("en"), [("01_charts", notebook)], "en").encode()) < 2_000_000


@pytest.mark.parametrize("html", HOSTILE)
def test_cleaning_twice_changes_nothing(html):
    assert clean(clean(html)) == clean(html)


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_shows_the_page_quietly_at_every_width(pages, name, browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(pages[name], encoding="utf-8")
    said, asked = [], []
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 27)"
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:image/"))] == []


@pytest.fixture
def index(browser, tmp_path):
    """The index over three stores in a browser, with what it said on its console."""
    cards = {
        "harbour": [
            {"label": "Win the season", "value": "60%", "progress": 0.6, "status": "on track", "level": "good"}
        ],
        "tea": [{"label": "Keep buyers", "value": "20%", "progress": 0.2, "status": "at risk", "level": "bad"}],
        "mugs": [{"label": "Sell abroad", "value": "90%", "progress": 0.9, "status": "behind", "level": "warn"}],
    }
    days = {"harbour": "2026-08-10", "tea": "2026-08-12", "mugs": "2026-08-15"}
    entries = [entry(name, "en", summary={"cards": found}) for name, found in cards.items()]
    for one in entries:
        one["parameters"]["as_of"] = days[one["parameters"]["store"]]
    path = tmp_path / "index.html"
    path.write_text(render_index(Quarter(2026, 3), entries), encoding="utf-8")
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    yield page
    page.close()
    assert said == []


def shown(page):
    return [article.get_attribute("data-name") for article in page.locator("article").all() if article.is_visible()]


def test_the_index_is_searched_by_store_objective_and_status(index):
    search = index.get_by_label("Search")
    search.fill("KEEP buyers")
    assert shown(index) == ["tea"]
    assert index.get_by_text("1 / 3").is_visible()
    search.fill("behind")
    assert shown(index) == ["mugs"]
    search.fill("nothing like it")
    assert shown(index) == []
    search.fill("")
    assert len(shown(index)) == 3


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["harbour", "mugs", "tea"]),
        ("worst", ["tea", "mugs", "harbour"]),
        ("progress", ["mugs", "harbour", "tea"]),
        ("day", ["mugs", "tea", "harbour"]),
    ],
)
def test_the_index_is_sorted(index, order, names):
    index.get_by_label("Sort").select_option(order)
    assert shown(index) == names


def test_without_a_script_the_index_lists_every_store_and_offers_no_search(browser, pages, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(pages["index"], encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert shown(page) == ["harbour", "tea"]
    assert not page.get_by_label("Search").is_visible()
    context.close()


def test_the_index_runs_its_own_script_only_and_packets_run_none(pages):
    for name, page in pages.items():
        soup = BeautifulSoup(page, "html.parser")
        policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        scripts = soup.find_all("script")
        assert len(scripts) == (name == "index"), name
        assert ("script-src 'sha256-" in policy) == (name == "index")
        assert "unsafe" not in policy


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_mark_leads_to_the_appendix_on_okr_and_kpi(locale):
    table = Table.plain(["a"], [(Marked("held", "looks like a KPI", KPI_ANCHOR),)])
    cell = sample.cell(1, table)
    page = render_packet(sample.meta(locale), [("01_x", v4.new_notebook(cells=[cell]))], locale)
    soup = BeautifulSoup(page, "html.parser")
    link = soup.find("a", string="looks like a KPI")
    assert (
        soup.find(id=link["href"].removeprefix("#")).get_text()
        == {"en": "Appendix: OKR and KPI", "zh": "附录：OKR 与 KPI"}[locale]
    )
    assert "guardrail: true" in page
