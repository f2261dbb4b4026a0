"""`codec`: every vector, asked of each adapter."""

from source.vector import fnv1a

from . import snappy, values, vectors
from .adapter import AdapterError, Skipped
from .parallel import each
from .report import Failure, expect, field

DEFAULT_LIMIT = 16 * 1024 * 1024
# A stream that is longer is not tried again with its end missing.
SHORT = 2000
DEATHS = 3

PACKAGE = "lahja.conformance.v1."
# The types of conformance.proto, and what answers each.
RESPONSES = {
    "Note": None, "Ask": "Answer", "Answer": None, "Fail": "Answer", "Hang": "Answer",
    "Touched": "google.protobuf.Empty", "Renumbered": None, "Scalars": None, "Optionals": None,
    "Lists": None, "Maps": None, "Choice": None, "Tree": None,
}
RENUMBERED = 0x0123456789ABCDEF

PAYLOADS = {
    "nothing": b"",
    "one byte": b"a",
    "a text": b"what is written once, what is written twice, what is written thrice",
    "64 KiB of zeros": bytes(65536),
    "all bytes": bytes(range(256)) * 5,
    "what does not compress": bytes(fnv1a(str(at)) & 0xFF for at in range(3000)),
}


def run(candidates, report, jobs):
    def one(candidate):
        with report.stage(f"{candidate.language}: codec"):
            Codec(candidate, report).run()

    each(one, candidates, jobs)


class Codec:
    """One adapter, started again where it dies, but not for ever."""

    def __init__(self, candidate, report):
        self._candidate = candidate
        self._report = report
        self._adapter = None
        self._involved = []
        self._about_it = None
        self._deaths = 0

    def run(self):
        self._case("about", self._about)
        self._case_each("streams", self._stream)
        self._case_each("payloads", self._payload)
        self._case_each("messages", self._message)
        self._names()
        for vector in _all("type_ids"):
            self._case(f"type ID of {vector['name'][:40]}", self._type_id, vector)
        for name in RESPONSES:
            self._case(f"describe {name}", self._describe, name)
        for name, payload in PAYLOADS.items():
            self._case(f"compress {name}", self._compress, payload)
        self._case("the end of its input", self._close)

    def _case_each(self, kind, check):
        for file, list_of_vectors in vectors.load(kind):
            for vector in list_of_vectors:
                self._case(f"{file}: {vector['name']}", check, vector)

    def _case(self, name, check, *arguments):
        def attempt():
            try:
                check(*arguments)
            finally:
                self._bury()

        self._report.case(f"{self._candidate.language}: {name}", attempt, self._involved)

    def _ask(self, do, **fields):
        if self._deaths >= DEATHS:
            raise AdapterError(f"not asked: it died {DEATHS} times")
        if self._adapter is None:
            self._adapter = self._candidate.start()
            self._involved[:] = [self._adapter]
        return self._adapter.ask(do, **fields)

    def _bury(self):
        if self._adapter is not None and not self._adapter.is_alive():
            self._adapter.abandon()
            self._adapter = None
            self._deaths += 1

    def _close(self):
        adapter, self._adapter = self._adapter, None
        if adapter is None:
            raise AdapterError("it died before")
        adapter.close()

    def _about(self):
        about = self._about_it = self._ask("about")
        field(about, "language", str)
        field(about, "version", str)
        for number in field(about, "compressions", list):
            expect("a compression is a number", int, type(number))

    def _compressions(self):
        if self._about_it is None:
            self._about()
        return self._about_it["compressions"]

    def _stream(self, vector):
        content = vectors.plain_bytes(vector["bytes"])
        frames = [vectors.plain_frame(frame) for frame in vector["frames"]]
        limit = vector.get("limit", DEFAULT_LIMIT)
        self._decodes(content, limit, frames, vector["verdict"])
        if vector["verdict"] == "ok" and 0 < len(content) < SHORT:
            # Cut inside the last frame, that one is not there yet.
            self._decodes(content[:-1], limit, frames[:-1], "incomplete")
        if vector["canonical"]:
            encoded = field(self._ask("encode_frames", frames=frames), "bytes", str)
            expect("the frames encoded", content.hex(), encoded)

    def _decodes(self, content, limit, frames, verdict):
        answer = self._ask("decode_frames", bytes=content.hex(), limit=limit)
        expect(f"the verdict on {_short(content)}", verdict, answer.get("verdict"))
        got = vectors.comparable(field(answer, "frames", list))
        expect(f"the frames of {_short(content)}", vectors.comparable(frames), got)

    def _payload(self, vector):
        known = vector["verdict"] != "unknown_compression"
        if known and vector["compression"] not in (0, *self._compressions()):
            raise Skipped(f"it does not list compression {vector['compression']}")
        content = vectors.plain_bytes(vector["bytes"])
        answer = self._ask("decompress", compression=vector["compression"], bytes=content.hex(),
                           limit=vector["limit"])
        expect("the verdict", vector["verdict"], answer.get("verdict"))
        if vector["verdict"] == "ok":
            expected = vectors.plain_bytes(vector["payload"]).hex()
            expect("the payload", expected, answer.get("payload"))

    def _message(self, vector):
        of_type, content = vector["type"], vectors.plain_bytes(vector["bytes"])
        answer = self._ask("decode_event", type=of_type, bytes=content.hex())
        expect(f"the verdict on {_short(content)}", vector["verdict"], answer.get("verdict"))
        if vector["verdict"] != "ok":
            return
        expected = vector["value"]
        self._is_value(expected, answer)
        encoded = field(self._ask("encode_event", type=of_type, value=expected), "bytes", str)
        for what, again in [("decoded and encoded", field(answer, "again", str)),
                            ("the value encoded", encoded)]:
            if vector["canonical"]:
                expect(what, content.hex(), again)
            else:
                self._is_value(expected, self._ask("decode_event", type=of_type, bytes=again), what)

    def _is_value(self, expected, answer, what="decoded"):
        got = values.comparable(field(answer, "value", dict))
        expect(f"the value, {what}", values.comparable(expected), got)

    def _names(self):
        for _, names in vectors.load("names"):
            for kind in ["endpoint", "event"]:
                for verdict in ["valid", "invalid"]:
                    for name in names[kind][verdict]:
                        self._case(f"{verdict} {kind} name {name[:40]!r}", self._name,
                                   f"{kind}_name", name, verdict == "valid")

    def _name(self, do, name, is_valid):
        expect(f"is {name!r} valid", is_valid, self._ask(do, name=name).get("valid"))

    def _type_id(self, vector):
        answer = self._ask("type_id", name=vector["name"])
        expect("the type ID", vector["type_id"], answer.get("type_id"))

    def _describe(self, name):
        response = RESPONSES[name]
        if response is not None and "." not in response:
            response = PACKAGE + response
        number = RENUMBERED if name == "Renumbered" else fnv1a(PACKAGE + name)
        answer = self._ask("describe", type=PACKAGE + name)
        expect("the type ID", f"0x{number:016x}", answer.get("type_id"))
        expect("the response", response, answer.get("response", "none is given"))

    def _compress(self, payload):
        block = field(self._ask("compress", payload=payload.hex()), "bytes", str)
        try:
            expect("the block", payload.hex(), snappy.decompress(bytes.fromhex(block)).hex())
        except (snappy.Corrupt, ValueError) as problem:
            raise Failure(f"{_short(bytes.fromhex(block))} is no snappy block: {problem}") from None
        answer = self._ask("decompress", compression=1, bytes=block, limit=len(payload))
        expect("the verdict on its own block", "ok", answer.get("verdict"))
        expect("its own block", payload.hex(), answer.get("payload"))


def _all(kind):
    return [vector for _, found in vectors.load(kind) for vector in found]


def _short(content):
    digits = content.hex()
    return digits if len(digits) <= 100 else f"{digits[:80]}… ({len(content)} bytes)"
