"""Whole paths in JupyterLab, in a headless browser: what a person sees, clicks and types, and what the files then say."""

import json
import re
import shutil

import pytest

from okrlib.okr import CheckIn, Locked, read_journal, read_sheet
from tests.corner_shop import COLUMNS, NAME
from tests.forms.conftest import shorten
from tests.lab import jupyter_lab, restart, run_notebook, set_parameters
from tests.shared import PROJECT

try:
    from playwright.sync_api import expect
except ImportError:
    expect = None  # the browser's fixture tells, by a skip or a failure

DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
ATTACK = "<img src=x onerror='window.attacked=1'>"
AXE = """async () => {
    const found = await axe.run('.okr-form', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']});
    return [found.passes.length, found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 160))])];
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A JupyterLab over a folder of workbooks."""
    root = tmp_path_factory.mktemp("lab")
    with jupyter_lab(root, tmp_path_factory.mktemp("settings")) as address:
        yield address, root


@pytest.fixture
def workbook(server, shop, request):
    """The corner shop in a folder of its own under the server's root, without a sheet."""
    home = shutil.copytree(shop.home, server[1] / re.sub(r"\W+", "_", request.node.name))
    (home / "params" / "okrs" / NAME / "2025Q3.yaml").unlink()
    return home


@pytest.fixture
def page(browser):
    """A page of a browser of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 2600})
    context.set_default_timeout(90_000)
    found = context.new_page()
    yield found
    context.close()


@pytest.fixture
def opened(server, workbook):
    """Open a notebook of forms in a page, all its cells run: their code is that of the notebooks themselves."""

    def opened(page, locale="en", name="forms", forms=("objectives",), shown="objectives"):
        path = workbook / "notebooks" / f"{name}.ipynb"
        node = json.loads((PROJECT / "notebooks" / "02_objectives.ipynb").read_text("utf-8"))
        interactive = [cell for cell in node["cells"] if "interactive" in cell["metadata"].get("tags", [])]
        parameters = next(cell for cell in node["cells"] if "parameters" in cell["metadata"].get("tags", []))
        code = [
            "from okrlib import forms, open_book, show\nbook = open_book(store, quarter, as_of, locale)", "forms.picker(book)",
            f"show.{shown}(book)", *(f"forms.{form}(book)" for form in forms),
        ]  # fmt: skip
        cells = [{**interactive[0], "id": f"c{n}", "source": text} for n, text in enumerate(code)]
        path.write_text(json.dumps({**node, "cells": [parameters, *cells]}), encoding="utf-8")
        set_parameters(path, store=NAME, quarter="2025Q3", as_of="2025-08-31", locale=locale)
        run_notebook(page, server[0], path.relative_to(server[1]).as_posix())
        form(page, forms[-1], locale).wait_for()

    return opened


TITLES = {
    "objectives": {"en": "Write the objectives", "zh": "填写目标"},
    "key_results": {"en": "Set the key results", "zh": "填写关键结果"},
    "plan": {"en": "Plan the work", "zh": "填写执行计划"},
    "check_in": {"en": "Check in", "zh": "填写周报"},
    "retrospective": {"en": "Look back", "zh": "填写复盘"},
    "data": {"en": "Read an export", "zh": "导入数据"},
    "run": {"en": "Make packets", "zh": "生成报告"},
    "private": {"en": "Private pages", "zh": "私密页面"},
}


def form(page, name, locale="en"):
    """The form with that heading."""
    return page.locator(".okr-form").filter(has=page.get_by_role("heading", name=TITLES[name][locale], exact=True))


def sheet_of(workbook):
    return read_sheet(workbook / "params" / "okrs" / NAME / "2025Q3.yaml")


def journal_of(workbook):
    return read_journal(workbook / "params" / "okrs" / NAME / "2025Q3.jsonl")


def key_result(within, words, name, metric, target):
    """Make a key result as somebody does who looks where they type: find its metric by searching, type its target."""
    within.get_by_role("button", name=words["new"]).click()
    chosen = within.get_by_label(words["list"], exact=True).locator("option:checked")
    chosen.filter(has_text=name).wait_for(state="attached")
    within.get_by_label(words["search"]).fill(metric)
    listed = within.get_by_label(words["metric"], exact=True).locator("option")
    expect(listed.filter(has_text="active_products")).to_have_count(0)
    within.get_by_label(words["metric"], exact=True).select_option(label=words[metric])
    chosen.filter(has_text=words[metric].split(" (")[0]).wait_for(state="attached")
    within.get_by_label(words["baseline"], exact=True).select_option(words["number"])
    within.get_by_label(words["start"], exact=True).fill("0")
    within.get_by_label(words["target"], exact=True).fill(target)
    chosen.filter(has_text=f"{int(target):,}").wait_for(state="attached")


WORDS = {
    "en": {
        "new": "New key result", "search": "Search the metrics", "metric": "Metric", "baseline": "Baseline from",
        "number": "a number", "start": "Baseline", "target": "Target", "revenue": "Paid revenue (revenue)",
        "orders": "Paid orders (orders)", "revenue_per_order": "Revenue per order (revenue_per_order)",
        "new_objective": "New objective", "objective": "Objective", "why": "Why", "owner": "Owner", "save": "Save",
        "short": "are missing", "lock": "Lock the sheet", "locked": "the baselines are frozen", "saved": "All saved",
        "sure": "Confidence, 0 to 10", "story": "What happened", "record": "Record the check-in", "list": "Key results",
        "said": "confidence 7 of 10",
    },
    "zh": {
        "new": "新建关键结果", "search": "搜索指标", "metric": "指标", "baseline": "基线取自", "number": "直接填数",
        "start": "基线", "target": "目标值", "revenue": "支付金额 (revenue)", "orders": "支付订单数 (orders)",
        "revenue_per_order": "笔单价 (revenue_per_order)", "new_objective": "新建目标", "objective": "目标", "why": "为什么",
        "owner": "负责人", "save": "保存", "short": "还差", "lock": "锁定目标表", "locked": "基线不再变动",
        "saved": "已全部保存", "sure": "信心（0–10）", "story": "进展说明", "record": "记录周报", "list": "关键结果",
        "said": "信心 7/10",
    },
}  # fmt: skip
OBJECTIVES = {"en": "Be the shop our whole street recommends", "zh": "成为整条街都愿意推荐的小店"}


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_from_an_objective_to_a_check_in(page, opened, workbook, locale):
    words = WORDS[locale]
    opened(page, locale, forms=("objectives", "key_results", "check_in"))
    write, set_, say = (form(page, name, locale) for name in ("objectives", "key_results", "check_in"))
    write.get_by_role("button", name=words["new_objective"]).click()
    write.get_by_role("textbox", name=words["objective"], exact=True).fill(OBJECTIVES[locale])
    write.get_by_label(words["why"], exact=True).fill("Neighbours talk. 邻里口碑。")
    write.get_by_label(words["owner"], exact=True).fill("Ann Lee")
    key_result(set_, words, "O1.1", "revenue", "3000")
    key_result(set_, words, "O1.2", "orders", "100")
    key_result(set_, words, "O1.3", "revenue_per_order", "25")
    set_.get_by_text(words["short"]).wait_for()
    assert "2,500" in set_.get_by_text(words["short"]).inner_text()
    set_.get_by_label(words["target"], exact=True).fill("30")
    set_.get_by_text(words["short"]).wait_for(state="detached")
    set_.get_by_role("button", name=words["save"], exact=True).click()
    set_.get_by_text(words["saved"]).wait_for()
    set_.get_by_role("button", name=words["lock"]).click()
    set_.get_by_text(words["locked"]).wait_for()
    say.get_by_label(words["sure"]).select_option("7")
    say.get_by_label(words["story"]).fill("Two more mugs a day.")
    say.get_by_role("button", name=words["record"]).click()
    say.get_by_text(words["said"]).wait_for()

    assert [kr.target for kr in sheet_of(workbook).key_results] == [3000, 100, 30]
    assert sheet_of(workbook).state == "active"
    assert [one.confidence for one in journal_of(workbook).of(CheckIn)] == [7]
    assert len(journal_of(workbook).of(Locked)) == 1

    opened(page, locale, forms=("objectives", "key_results", "check_in"))
    write, set_, say = (form(page, name, locale) for name in ("objectives", "key_results", "check_in"))
    assert write.get_by_role("textbox", name=words["objective"], exact=True).input_value() == OBJECTIVES[locale]
    assert set_.get_by_label(words["target"], exact=True).input_value() == "3000"
    assert say.get_by_text(words["said"]).count() == 1


FOCUSED = """() => {
    const at = document.activeElement;
    return [at.labels?.[0]?.textContent, at.ariaLabel, at.textContent].map((one) => one?.trim());
}"""


def focus_on(page, label):
    """Press Tab until the control of that name has the focus, as somebody without a mouse does."""
    for _ in range(120):
        if label in page.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label!r} is not reached by the keyboard")


def test_with_the_keyboard_alone(page, opened, workbook):
    opened(page, forms=("objectives",))
    focus_on(page, "New objective")
    page.keyboard.press("Enter")
    form(page, "objectives").get_by_label("Objectives", exact=True).locator("option").wait_for(state="attached")
    focus_on(page, "Objective")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Be the shop bbb our street likes")
    focus_on(page, "Horizon")
    page.keyboard.press("ArrowDown")
    focus_on(page, "Save")
    page.keyboard.press("Space")
    form(page, "objectives").get_by_text("All saved").wait_for()
    (objective,) = sheet_of(workbook).objectives
    assert (objective.title, objective.horizon) == ("Be the shop bbb our street likes", "mid")
    assert page.get_by_role("heading", name="Write the objectives").count() == 1, "no letter was taken for a command"


def test_two_people_edit_one_sheet(page, browser, opened, workbook, shop):
    shutil.copy(shop.params / "okrs" / NAME / "2025Q3.yaml", workbook / "params" / "okrs" / NAME)
    other = browser.new_page(viewport={"width": 1280, "height": 2600})
    for one, name in ((page, "ann"), (other, "bo")):
        opened(one, name=name, forms=("objectives",))
    mine, theirs = (form(one, "objectives") for one in (page, other))
    theirs.get_by_label("Owner", exact=True).fill("Bo")
    theirs.get_by_label("Owner", exact=True).press("Tab")
    theirs.get_by_text("owner: Ann Lee → Bo").wait_for()
    theirs.get_by_role("button", name="Save", exact=True).click()
    theirs.get_by_text("All saved").wait_for()
    mine.get_by_label("Why", exact=True).fill("Neighbours talk.")
    mine.get_by_role("button", name="Save", exact=True).click()
    mine.get_by_text("Somebody else changed the sheet").wait_for()
    assert mine.get_by_text("owner: Ann Lee → Bo").count() == 1
    assert sheet_of(workbook).objectives[0].why != "Neighbours talk."
    mine.get_by_role("button", name="Keep mine on top of theirs").click()
    mine.get_by_role("button", name="Save", exact=True).click()
    mine.get_by_text("All saved").wait_for()
    other.close()
    assert (sheet_of(workbook).objectives[0].owner, sheet_of(workbook).objectives[0].why) == ("Bo", "Neighbours talk.")


def test_a_kernel_that_restarts_loses_nothing_and_markup_is_text(page, opened, workbook, shop):
    text = (shop.params / "okrs" / NAME / "2025Q3.yaml").read_text("utf-8")
    text = text.replace("Neighbours buy again when they feel at home.", json.dumps(ATTACK)).replace(
        "owner: Ann Lee", f"owner: {json.dumps(ATTACK)}"
    )
    (workbook / "params" / "okrs" / NAME / "2025Q3.yaml").write_text(text, encoding="utf-8")
    stores = workbook / "params" / "stores" / f"{NAME}.yaml"
    stores.write_text(stores.read_text("utf-8").replace("Corner shop", f'"{ATTACK}"'), encoding="utf-8")
    opened(page, forms=("objectives", "plan"))
    write = form(page, "objectives")
    write.get_by_role("textbox", name="Objective", exact=True).fill(f"Be liked {ATTACK}")
    write.get_by_text("● Not saved yet. Changes: 1").wait_for()
    assert write.get_by_text(ATTACK).count() > 0
    restart(page)
    write.get_by_text("Unsaved changes of an earlier session").wait_for()
    write.get_by_role("button", name="Take them up again").click()
    write.get_by_text("● Not saved yet. Changes: 1").wait_for()
    assert write.get_by_role("textbox", name="Objective", exact=True).input_value() == f"Be liked {ATTACK}"
    plan = form(page, "plan")
    plan.get_by_role("button", name="Add a task").click()
    plan.get_by_label("Title, T1").fill(ATTACK)
    plan.get_by_role("img", name=re.compile("img src")).or_(plan.get_by_text(ATTACK)).first.wait_for()
    assert page.evaluate("() => window.attacked") is None
    assert page.locator("img[src=x]").count() == 0


PASTE = """(input) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'title\\tdue\\nWave at neighbours\\t2025-09-12\\nSmile\\t2025-09-19\\n');
    input.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_every_form_is_accessible_in_both_themes_and_the_picker_refreshes(page, opened, workbook, shop, axe):
    shutil.copy(shop.params / "okrs" / NAME / "2025Q3.yaml", workbook / "params" / "okrs" / NAME)
    opened(page, forms=tuple(TITLES), shown="best_sellers")
    plan = form(page, "plan")
    plan.get_by_role("button", name="Add a task").click()
    plan.get_by_label("Title, T1").evaluate(PASTE)
    plan.get_by_label("Title, T2").wait_for()
    expect(plan.get_by_label("Title, T2")).to_have_value("Smile")
    expect(plan.get_by_label("Due, T2")).to_have_value("2025-09-19")
    plan.get_by_label("Person-days, T2").fill("many")
    plan.get_by_text("expected a number").wait_for()
    upload_and_read(page, form(page, "data"))
    page.add_script_tag(path=str(axe))
    passed, violations = page.evaluate(AXE)
    assert violations == []
    assert passed > 10
    page.get_by_role("button", name="Show anew").click()
    page.locator("table.okr-table, .okr table").get_by_text(ATTACK).first.wait_for()
    assert page.evaluate("() => window.attacked") is None
    assert page.locator("img[src=x]").count() == 0
    page.evaluate(DARK)
    page.get_by_role("region", name="What is shown").get_by_label("Language").select_option("中文")
    form(page, "private", "zh").wait_for()
    form(page, "plan", "zh").get_by_label("标题, T2").wait_for()
    page.add_script_tag(path=str(axe))
    assert page.evaluate(AXE)[1] == []


def upload_and_read(page, within):
    """Choose a file in the browser; what it calls its product is shown as it stands there, and read."""
    hostile = f'700001,BAD,"{ATTACK}",900,2025-08-30 10:00:00,10.00,17001,United Kingdom'
    given = {"name": "bad.csv", "mimeType": "text/csv", "buffer": f"{COLUMNS}\n{hostile}\n".encode()}
    with page.expect_file_chooser() as chooser:
        within.get_by_role("button", name="Upload a file").click()
    chooser.value.set_files(given)
    within.get_by_text(ATTACK).wait_for()
    within.get_by_role("button", name="Read", exact=True).click()
    within.get_by_text("1 rows: 1 used").wait_for()


def test_a_packet_made_in_the_lab_opens_from_there(page, opened, workbook):
    shorten(workbook / "notebooks")
    opened(page, forms=("run",), name="00_forms", shown="headline")
    within = form(page, "run")
    within.get_by_label("Language", exact=True).select_option("English")
    (workbook / "notebooks" / "00_forms.ipynb").unlink()  # it is open here, and no part of a packet
    within.get_by_role("button", name="Start").click()
    with page.context.expect_page() as opening:
        within.get_by_role("link", name="packet.en.html").click()
    expect(opening.value.get_by_role("heading", level=1).first).to_contain_text("Corner shop")
