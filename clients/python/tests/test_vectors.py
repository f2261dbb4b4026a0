"""The wire against proto/vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from vectors import bytes_of, decode_stream, frame_from

from lahja_client.errors import InvalidName
from lahja_client.wire import compression
from lahja_client.wire import lahja_wire_pb2 as pb
from lahja_client.wire.frames import DEFAULT_LIMIT, Violation, check, encode
from lahja_client.wire.names import check_endpoint_name, check_event_name, type_id_of

VECTORS = Path(__file__).parents[3] / "proto" / "vectors"


def load(kind: str) -> list[Any]:
    files = (json.loads(path.read_text()) for path in sorted(VECTORS.glob("*.json")))
    found = [file[kind] for file in files if file["kind"] == kind]
    assert found, f"there are no vectors of {kind}"
    if isinstance(found[0], dict):
        return found
    return [pytest.param(vector, id=vector.get("name")) for file in found for vector in file]


def meaning(frames: list[Any]) -> list[pb.Frame]:
    return [frame_from(frame) for frame in frames]


@pytest.mark.parametrize("vector", load("streams"))
@pytest.mark.parametrize("chunk", [0, 1, 3, 1000])
def test_a_stream_is_split_however_it_comes(vector: dict[str, Any], chunk: int) -> None:
    data = bytes_of(vector["bytes"])
    if chunk and len(data) // chunk > 100_000:
        chunk = len(data) // 1000
    frames, verdict = decode_stream(data, vector.get("limit", DEFAULT_LIMIT), chunk)
    assert verdict == vector["verdict"]
    assert meaning(frames) == meaning(vector["frames"])


@pytest.mark.parametrize("vector", load("streams"))
def test_canonical_streams_are_encoded_to_the_same_bytes(vector: dict[str, Any]) -> None:
    encoded = b"".join(encode(frame) for frame in meaning(vector["frames"]))
    if vector["canonical"]:
        assert encoded == bytes_of(vector["bytes"])
    assert meaning(decode_stream(encoded, DEFAULT_LIMIT)[0]) == meaning(vector["frames"])


@pytest.mark.parametrize("vector", load("streams"))
def test_what_breaks_a_rule_is_a_violation(vector: dict[str, Any]) -> None:
    if "breaks" not in vector:
        for frame in meaning(vector["frames"]):
            check(frame)
        return
    with pytest.raises(Violation) as caught:
        for frame in meaning(vector["frames"]):
            check(frame)
    assert pb.Goodbye.Reason.Name(caught.value.reason) == "REASON_" + vector["breaks"].upper()


@pytest.mark.skipif(not compression.AVAILABLE, reason="snappy is not installed")
@pytest.mark.parametrize("vector", load("payloads"))
def test_payloads_decompress(vector: dict[str, Any]) -> None:
    block = bytes_of(vector["bytes"])
    if vector["verdict"] == "ok":
        payload = compression.decompress(vector["compression"], block, vector["limit"])
        assert payload == bytes_of(vector["payload"])
    else:
        with pytest.raises(compression.PayloadError) as caught:
            compression.decompress(vector["compression"], block, vector["limit"])
        assert caught.value.verdict == vector["verdict"]


@pytest.mark.parametrize(
    "kind, check_name", [("endpoint", check_endpoint_name), ("event", check_event_name)]
)
def test_names(kind: str, check_name: Any) -> None:
    [names] = load("names")
    for name in names[kind]["valid"]:
        check_name(name)
    for name in names[kind]["invalid"]:
        with pytest.raises(InvalidName):
            check_name(name)


@pytest.mark.parametrize("vector", load("type_ids"))
def test_type_ids(vector: dict[str, Any]) -> None:
    assert type_id_of(vector["name"]) == int(vector["type_id"], 0)


@pytest.mark.parametrize("step", load("steps"))
def test_the_session_of_the_protocol(step: dict[str, Any]) -> None:
    frames, verdict = decode_stream(bytes_of(step["bytes"]), DEFAULT_LIMIT)
    assert (meaning(frames), verdict) == (meaning([step["frame"]]), "ok")
    assert encode(frame_from(step["frame"])) == bytes_of(step["bytes"])
