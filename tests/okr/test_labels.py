from typing import get_args

from okrlib.okr import events, fields, model
from okrlib.okr.checks import Severity
from okrlib.okr.labels import LABELS
from okrlib.okr.scoring import VERDICTS, Verdict


def test_every_fixed_word_has_a_label():
    words = [model.State, model.Horizon, model.Level, model.ObjectiveType, model.Kind, model.TaskStatus]
    words += [fields.BaselineRule, events.Blocker, events.CauseName, Severity]
    words += [event.model_fields[name].annotation for event, name in
              ((events.Decision, "status"), (events.Idea, "status"), (events.Lesson, "verdict"))]  # fmt: skip
    assert {word for literal in words for word in get_args(literal)} - LABELS.keys() == set()
    assert VERDICTS.keys() == set(get_args(Verdict))
