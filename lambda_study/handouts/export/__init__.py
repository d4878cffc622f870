"""Files for other programs: flash cards for Anki, question banks for Moodle and Canvas, GIFT for many."""

from __future__ import annotations

from lambda_study.handouts.export.files import FORMATS, Exported, Loss, export

__all__ = ["FORMATS", "Exported", "Loss", "export"]
