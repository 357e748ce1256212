"""Serve the scenes, and a STAC API over them, from a process of its own.

    python -m fetch.serve FOLDER SCENES WAIT_S

Prints its address, then waits for the end of its input. ``/-/tally`` says what was asked since it was last asked.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

SERVERS = Path(__file__).parents[2] / "tests" / "servers"


def main() -> None:
    """Serve until the input ends."""
    sys.path.insert(0, str(SERVERS))
    from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer  # noqa: PLC0415  found just now
    from stac_service import StacService  # noqa: PLC0415  likewise

    folder, scenes, wait_s = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    with RangeServer(folder / "served") as server:
        server.default = Behaviour(stall_headers_s=wait_s)

        def tally(_: Arrived) -> Answer:
            asked = [r for r in server.requests if not r.path.startswith("/-/")]
            images = [r for r in asked if r.path.endswith(".tif")]
            server.forget()
            return json_answer(
                {
                    "documents": len(asked) - len(images),
                    "requests": len(images),
                    "sent": sum(r.sent for r in images),
                    "largest": max((r.sent for r in images), default=0),
                    "methods": sorted({f"{r.method} {r.status}" for r in images}),
                }
            )

        server.mount("/-/tally", tally)
        items = json.loads((folder / "items.json").read_text())[:scenes]
        for item in items:
            image = copy.copy(item["assets"]["image"])
            item["assets"] = {"image": image | {"href": server.url(image["href"])}}
        service = StacService(items)
        service.root = server.mount("/stac", service)
        print(server.root, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
