"""The form of private pages: a talk's sheet is written for one pair of eyes; what cannot be weighed yet is said."""

import asyncio

from okrlib import forms


def test_a_talks_sheet_is_written_and_an_open_quarter_is_not_weighed(book, home):
    form = forms.private(book("en"))
    assert form.talk.disabled
    form.person.value = "Ann Lee"
    assert not form.talk.disabled
    asyncio.run(form.write("one-to-one", form.person.value, "2025Q3"))
    assert "private/2025Q3/Ann_Lee.en.html" in form.answer.value
    assert (home / "private" / "2025Q3" / "Ann_Lee.en.html").stat().st_mode & 0o077 == 0
    asyncio.run(form.write("evaluate", "2025Q3"))
    assert 'role="alert"' in form.answer.value
    assert "no quarter of it is closed yet" in form.answer.value
    chinese = forms.private(book("zh"))
    asyncio.run(chinese.write("evaluate", "2025Q3"))
    assert "还没有已结束的季度" in chinese.answer.value
