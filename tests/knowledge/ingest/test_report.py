from __future__ import annotations

import msgspec

from freehold.knowledge.ingest.report import FileReport, JobReport


def test_a_report_is_plain_data() -> None:
    report = JobReport("job_1", "done", 0, 1, 0, 1, (FileReport("a.pdf", "failed", reason="it is encrypted"),))
    assert msgspec.json.decode(msgspec.json.encode(report), type=JobReport) == report
