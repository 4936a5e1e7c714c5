"""The page of figures says what the kept results say, and names those that fall short."""

from bench.page import PAGE, page
from bench.report import RESULTS, last


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text() == page()


def test_what_falls_short_is_said() -> None:
    reports = [last(path.stem) for path in sorted(RESULTS.glob("*.json"))]
    short = [v for report in reports if report is not None for v in report.verdicts if not v.met]
    assert page().count("**no**") == len(short)
