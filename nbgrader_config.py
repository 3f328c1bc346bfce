"""nbgrader reads this where it is called: `nbgrader generate_assignment 02_dropout` and the rest work as they come.

The source notebooks are notebooks/; everything that is made lies under build/.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets gives it

ROOT = Path(__file__).resolve().parent
(ROOT / "build").mkdir(exist_ok=True)

# nbgrader calls alembic by its name when it makes a gradebook, and .venv need not be on PATH.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "attention-to-rlhf"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "notebooks"
c.CourseDirectory.release_directory = "build/release"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/autograded"
c.CourseDirectory.feedback_directory = "build/feedback"
c.CourseDirectory.solution_directory = "build/solution"
# What a learner's tutor and progress leave in a folder is not handed in.
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"),  # nbgrader's own
    *("CLAUDE.md", "PROGRESS.md", ".gitignore", ".progress.*"),
]
# SQLite gives up after 5 seconds by default, and nbgrader then deletes what it was grading.
c.CourseDirectory.db_url = f"sqlite:///{ROOT}/build/gradebook.db?timeout=60"

c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "autograder.classroom.release.PutStarters",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.sanitize_preprocessors = [
    "autograder.classroom.restore.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Metadata is checked above, and nothing below changes it.
c.Autograde.autograde_preprocessors = [
    "autograder.classroom.display.Display",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.classroom.judging.Judge",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
c.GenerateFeedback.exporter_class = "autograder.classroom.feedback.FeedbackExporter"
c.Autograde.exporter_class = "autograder.classroom.reading.SubmissionExporter"
c.Exporter.optimistic_validation = True  # once for each notebook, and not once after each preprocessor
# Kernels of `nbgrader autograde` and `nbgrader validate`: forked from a warm parent, and jailed.
c.Execute.kernel_manager_class = "autograder.kernels.provisioner.ForkedKernelManager"
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 60  # seconds a cell may take to be shown; the judge has clocks of its own
