"""The OKR core: sheets, journals, scores and checks, in plain Python."""

from okrlib.okr.checks import Finding, Identity, MetricFacts, check_sheet
from okrlib.okr.cycle import baseline_period, close, lock, record, record_change, require_unchanged
from okrlib.okr.events import (
    Baseline,
    Cause,
    Changed,
    CheckIn,
    Decision,
    Difference,
    Event,
    Feedback,
    Idea,
    Lesson,
    Locked,
    Minutes,
    Saved,
    Scored,
    Survey,
    TaskUpdate,
)
from okrlib.okr.journal import Journal, append, journal_path, read_journal, store_journal
from okrlib.okr.labels import LABELS
from okrlib.okr.model import KeyResult, Measure, Milestone, Objective, Sheet, Task, Where
from okrlib.okr.scorecard import scorecard
from okrlib.okr.scoring import Average, Reading, Score, Zone, roll_up
from okrlib.okr.sheet import Edit, differences, edit_sheet, fingerprint, read_sheet, set_state
from okrlib.okr.states import KeyResultState, ObjectiveState, Scorecard
from okrlib.okr.status import Outlook, Status
from okrlib.okr.working_copy import WorkingCopy, changes

__all__ = [
    "LABELS",
    "Average",
    "Baseline",
    "Cause",
    "Changed",
    "CheckIn",
    "Decision",
    "Difference",
    "Edit",
    "Event",
    "Feedback",
    "Finding",
    "Idea",
    "Identity",
    "Journal",
    "KeyResult",
    "KeyResultState",
    "Lesson",
    "Locked",
    "Measure",
    "MetricFacts",
    "Milestone",
    "Minutes",
    "Objective",
    "ObjectiveState",
    "Outlook",
    "Reading",
    "Saved",
    "Score",
    "Scorecard",
    "Scored",
    "Sheet",
    "Status",
    "Survey",
    "Task",
    "TaskUpdate",
    "Where",
    "WorkingCopy",
    "Zone",
    "append",
    "baseline_period",
    "changes",
    "check_sheet",
    "close",
    "differences",
    "edit_sheet",
    "fingerprint",
    "journal_path",
    "lock",
    "read_journal",
    "read_sheet",
    "record",
    "record_change",
    "require_unchanged",
    "roll_up",
    "scorecard",
    "set_state",
    "store_journal",
]
