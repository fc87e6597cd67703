"""make bench: what the product promises, measured in one run. Speed is told as ratios; absolute times are shown, never
judged. FULL=1 takes the sizes of the promises, and minutes."""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.certainty import certainty
from tests.bench.detection import detection
from tests.bench.funnels import funnels
from tests.bench.indicators import growth, indicators_from_facts
from tests.bench.loading import loading
from tests.bench.patching import patching
from tests.bench.screens import screens
from tests.bench.verdicts import verdicts
from tests.bench.workbooks import reading, writing_forms


def main() -> int:
    full = os.environ.get("FULL", "") not in ("", "0")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [
            reading(folder),
            writing_forms(folder),
            *loading(folder, full),
            *detection(folder, full),
            indicators_from_facts(folder),
            *growth(),
            patching(),
            *certainty(),
            *funnels(full),
            *verdicts(full),
            *screens(folder, full),
        ]
    print(f"\n{'':<40} {'measured':<22} {'target':<8} {'':<7}")
    for what, measured, target, words, met in rows:
        print(f"{what:<40} {measured:<22} {target:<8} {'met' if met else 'MISSED':<7} {words}")
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
