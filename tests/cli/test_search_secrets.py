"""No credential in anything that a search leaves or says: the workspace, its cache, its database, its logs."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hostile_catalogue import SPAN, Shelf, fetched, program, source
from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")
SECRET = "Qz9/hunter2+Zq=%7e"  # noqa: S105 - made up
SIGNATURE = "c2lnbmF0dXJl/hunter3+w=="
VARIABLE = "WAYSIDE_TEST_SECRET"
PAIR = f"me:{SECRET}"


def forms() -> set[bytes]:
    """Return the secrets as they are, quoted in several ways, in base 64, and the parts that tell them."""
    found = {"hunter2", "hunter3", "c2lnbmF0dXJl"}
    for text in (SECRET, SIGNATURE, PAIR):
        packed = b64encode(text.encode()).decode().rstrip("=")
        found |= {text, quote(text), quote(text, safe=""), quote_plus(text), packed, json.dumps(text)[1:-1]}
        found |= {b64encode(text.encode()).hex(), text.encode().hex()}
    return {text.encode() for text in found}


@dataclass(frozen=True)
class Door:
    """A way in: what the server wants, what the settings say, what the environment holds."""

    server: Behaviour
    settings: str
    environ: Mapping[str, str] = field(default_factory=lambda: {VARIABLE: SECRET})


def doors(server: RangeServer, folder: Path) -> dict[str, Door]:
    netrc = folder / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
    netrc.chmod(0o600)
    basic = f"Basic {b64encode(PAIR.encode()).decode()}"

    def said(kind: str, more: str = "") -> str:
        return f'auth = "{kind}"\nauth_variable = "{VARIABLE}"\n{more}'

    return {
        "bearer": Door(Behaviour(authorization=f"Bearer {SECRET}"), said("bearer")),
        "basic": Door(Behaviour(authorization=basic), said("basic"), {VARIABLE: PAIR}),
        "header": Door(Behaviour(header=("X-Key", SECRET)), said("header", 'auth_name = "X-Key"\n')),
        "query": Door(Behaviour(query=("api", SECRET)), said("query", 'auth_name = "api"\n')),
        "netrc": Door(Behaviour(authorization=basic), 'auth = "netrc"\n', {"NETRC": str(netrc)}),
        "sign": Door(Behaviour(), said("sign", f'sign_url = "{server.url("/sign")}"\n')),
    }


def signing(arrived: Arrived) -> Answer:
    """Sign an address for whoever has the key."""
    if arrived.headers.get("ocp-apim-subscription-key") != SECRET:
        return json_answer({"detail": "who are you?"}, 401)
    signed = f"{arrived.params['href']}?sig={quote(SIGNATURE, safe='')}&se=2099-01-01T00:00:00Z&sp=r"
    return json_answer({"href": signed, "msft:expiry": "2099-01-01T00:00:00Z"})


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with RangeServer() as running:
        running.mount("/sign", signing)
        yield running


def done(started: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = started.communicate(timeout=120)
    return started.returncode, out, err


def clean(text: bytes, where: object) -> None:
    assert [form for form in forms() if form in text] == [], where


SLOW = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("basic", "header", "netrc")]


@pytest.mark.parametrize("kind", ["bearer", "query", "sign", *SLOW])
@needs_weights
def test_no_secret_stays(workspace: Path, server: RangeServer, files: Any, tmp_path: Path, kind: str) -> None:
    door = doors(server, tmp_path)[kind]
    shelf = Shelf(server)
    for seed, path in enumerate(("/a.tif", "/b.tif", "/gone.tif", "/away.tif")):
        if seed < 2:
            server.put(path, files.geotiff(seed=seed).read_bytes())
        shelf.add(shelf.item(f"item{seed}", server.url(path)))
    shelf.publish()
    server.default = door.server
    token = quote(SECRET, safe="")
    server.on("/away.tif", Behaviour(redirect=f"http://169.254.169.254/{token}?sig={quote(SIGNATURE, safe='')}"))
    if kind == "sign":
        for path in ("/a.tif", "/b.tif"):
            server.on(path, Behaviour(query=("sig", SIGNATURE)))
    source(workspace, shelf.url, more=door.settings)
    settings = (workspace / "wayside.toml").read_text()
    settings = settings.replace('from = ""', f'from = "{SPAN[1]}"').replace('to = ""', f'to = "{SPAN[3]}"')
    (workspace / "wayside.toml").write_text(settings)
    environ = {**door.environ, "WAYSIDE_DEBUG": "1"}
    for command, code in (("search", 1), ("run", 1)):
        more = ("--fetch",) if command == "search" else ("--jobs", "1")
        ended = done(program(command, workspace, *more, environ=environ, logs=True))
        assert ended[0] == code, ended[2][-3000:]
        assert "DEBUG" in ended[2], "the logs were not on"
        clean("".join(ended[1:]).encode(), command)
    assert len(list((workspace / "scenes").glob("2023*.json"))) == 2
    held = [path for path in workspace.rglob("*") if path.is_file()]
    assert {"wayside.db", "report.html", "index.sqlite"} <= {path.name for path in held}
    for path in held:
        clean(path.read_bytes(), path)
        clean(str(path).encode(), path)


@pytest.mark.parametrize("kind", ["query", "sign", *SLOW[:2]])
def test_a_wrong_secret_is_told_without_it(workspace: Path, server: RangeServer, tmp_path: Path, kind: str) -> None:
    door = doors(server, tmp_path)[kind]
    shelf = Shelf(server)
    shelf.add(shelf.item("item", server.url("/a.tif")))
    shelf.publish()
    server.put("/a.tif", b"")
    server.default = Behaviour(status=401) if kind != "sign" else Behaviour()
    source(workspace, shelf.url, more=door.settings)
    wrong = {VARIABLE: f"other:{SECRET}"}
    code, out, err = done(program("search", workspace, *SPAN, "--fetch", environ=wrong, logs=True))
    assert code == (1 if kind == "sign" else 3), err
    assert VARIABLE in re.sub(r"\s+", "", out + err) or kind == "sign"
    clean((out + err).encode(), "output")
    for path in workspace.rglob("*"):
        clean(path.read_bytes() if path.is_file() else b"", path)


def test_a_secret_goes_to_its_own_host_alone(workspace: Path, server: RangeServer, files: Any) -> None:
    """Neither an item's asset, nor a redirect, nor a next link takes it to another port."""
    with RangeServer() as other:
        other.put("/b.tif", files.geotiff(seed=1).read_bytes())
        other.put("/next.json", b'{"type":"FeatureCollection","features":[],"links":[]}')
        server.put("/a.tif", files.geotiff().read_bytes())
        shelf = Shelf(server)
        for name, href in (("a", server.url("/a.tif")), ("b", other.url("/b.tif")), ("c", server.url("/moved.tif"))):
            shelf.add(shelf.item(name, href))
        for relation in ("item", "child", "next", "collection"):
            shelf.link(relation, other.url("/next.json"))
        shelf.publish()
        server.default = Behaviour(authorization=f"Bearer {SECRET}")
        server.on("/moved.tif", Behaviour(redirect=other.url("/b.tif"), redirect_status=307))
        source(workspace, shelf.url, more=f'auth = "bearer"\nauth_variable = "{VARIABLE}"\n')
        code, out, err = done(program("search", workspace, *SPAN, "--fetch", "--json", environ={VARIABLE: SECRET}))
        assert code in {0, 1}, err
        assert len(json.loads(out)["done"]) == 2  # two of the three items show one picture
        assert len(other.requests) >= 2
        assert not [r for r in other.requests if "hunter2" in f"{r.headers} {r.path} {r.query}"]


@pytest.mark.parametrize("answer", ["another host", "another path", "user", "page", "nothing", "deep"])
def test_a_signing_service_that_lies(
    workspace: Path, server: RangeServer, files: Any, wayside: Any, answer: str
) -> None:
    with RangeServer() as other:
        other.put("/a.tif", files.geotiff().read_bytes())
        server.put("/a.tif", files.geotiff().read_bytes())
        server.put("/secret.tif", files.geotiff(seed=3).read_bytes())
        said = {
            "another host": json_answer({"href": other.url("/a.tif?sig=1")}),
            "another path": json_answer({"href": server.url("/secret.tif?sig=1")}),
            "user": json_answer({"href": server.url("/a.tif").replace("//", "//me:you@")}),
            "page": Answer(200, b"<html>log in</html>"),
            "nothing": json_answer({"href": None}),
            "deep": Answer(200, b"[" * 100_000),
        }[answer]
        server.mount("/lies", lambda _: said)
        shelf = Shelf(server)
        shelf.add(shelf.item("a", server.url("/a.tif")))
        source(workspace, shelf.publish(), more=f'auth = "sign"\nsign_url = "{server.url("/lies")}"\n')
        found = fetched(wayside, workspace)
        assert found.code == 1, found
        assert [failure["error"] for failure in found.document["failed"]] == ["SourceError"]
        assert other.requests == server.of("/secret.tif") == []


def test_a_signature_that_a_catalogue_gives_is_not_kept(
    workspace: Path, server: RangeServer, files: Any, wayside: Any
) -> None:
    """Addresses in items, in links and of the catalogue itself may come signed; they are used and forgotten."""
    query = f"sig={quote(SIGNATURE, safe='')}&X-Amz-Signature={quote(SECRET, safe='')}&token={quote(SECRET, safe='')}"
    server.put("/a.tif", files.geotiff().read_bytes())
    server.on("/a.tif", Behaviour(query=("sig", SIGNATURE)))
    shelf = Shelf(server)
    for name, path in (("a", "/a.tif"), ("gone", "/gone.tif")):
        item = shelf.item(name, server.url(f"{path}?{query}"), title=server.url(f"/x?{query}"))
        item["links"] = [{"rel": "self", "href": server.url(f"/items/{name}?{query}")}]
        item["links"] += [{"rel": "license", "href": server.url(f"/terms?{query}")}]
        shelf.add(item)
    shelf.publish()
    source(workspace, f"{shelf.url}?{query}")
    said = fetched(wayside, workspace)
    assert (said.code, len(said.document["done"]), len(said.document["failed"])) == (1, 1, 1), said
    clean((said.out + said.err).encode(), "output")
    for path in workspace.rglob("*"):
        if path.is_file() and path.name != "wayside.toml":  # where the user wrote it
            clean(path.read_bytes(), path)
