"""Generates Python classes from .proto files that declare events.

What `protoc` generates, and in the stubs (.pyi) of requests the type of their answers, so that type
checkers know what `Endpoint.request` gives. `lahja.proto` is found without an include path.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from .errors import LahjaError
from .events import messages_in, response_of

_MISSING = """\
{error}: the generator needs grpcio-tools, which brings protoc. Install it with

    pip install grpcio-tools
"""


def generate(includes: Sequence[Path], out: Path, protos: Sequence[Path]) -> list[Path]:
    """Writes `*_pb2.py` and `*_pb2.pyi` below `out`, and gives their paths."""
    try:
        import grpc_tools
        from grpc_tools import protoc
    except ImportError as error:
        raise LahjaError(_MISSING.format(error=error)) from error
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    folders = [*includes, Path(__file__).parent, well_known]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        set_file = Path(temporary) / "set"
        arguments = [f"-I{folder}" for folder in folders]
        arguments += [f"--python_out={out}", f"--pyi_out={out}"]
        arguments += [f"--descriptor_set_out={set_file}", "--include_imports"]
        if protoc.main(["protoc", *arguments, *map(str, protos)]) != 0:
            raise LahjaError("protoc failed, and says why above")
        files = FileDescriptorSet.FromString(set_file.read_bytes()).file
    pool = DescriptorPool()
    for file in files:
        pool.Add(file)
    known = [pool.FindFileByName(file.name) for file in files]
    written = []
    for described_file in known:
        at = [folder / described_file.name for folder in includes]
        if any(path.exists() and path.samefile(proto) for path in at for proto in protos):
            stub = out / (_module(described_file).replace(".", "/") + ".pyi")
            typed = _strictly_typed(stub.read_text())
            stub.write_text(_annotated(typed, described_file, known))
            written += [stub.with_suffix(".py"), stub]
    return written


def _module(file: FileDescriptor) -> str:
    return file.name.removesuffix(".proto").replace("-", "_").replace("/", ".") + "_pb2"


def _strictly_typed(stub: str) -> str:
    """The stub without the gaps that protoc leaves, and `mypy --strict` complains of."""
    filled = stub.replace("_Mapping]", "_Mapping[str, _Any]]").replace("**kwargs)", "**kwargs: _Any)")
    return "from typing import Any as _Any\n" + filled if filled != stub else stub


def _annotated(stub: str, file: FileDescriptor, known: Sequence[FileDescriptor]) -> str:
    """The stub, in which each request says what answers it."""
    answers = {
        _path(message): response
        for message in messages_in(file.message_types_by_name.values())
        if (response := response_of(message, known)) is not None
    }
    modules = {_module(answer.file) for answer in answers.values() if answer.file.name != file.name}
    lines = []
    scope: list[str] = []
    for line in stub.splitlines():
        lines.append(line)
        found = re.match(r"( *)class (\w+)\(", line)
        if found:
            indent = found[1]
            scope[len(indent) // 4 :] = [found[2]]
            answer = answers.get(".".join(scope))
            if answer is not None:
                own = answer.file.name == file.name
                name = _path(answer) if own else f"{_module(answer.file)}.{_path(answer)}"
                lines.append(
                    f"{indent}    def __lahja_response__(self, response: {name}) -> {name}: ..."
                )
    imports = [f"import {module}" for module in sorted(modules)]
    return "\n".join([*imports, *lines, ""])


def _path(message: Descriptor) -> str:
    """Its name within its module."""
    return message.full_name.removeprefix(message.file.package).lstrip(".")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m lahja_client.generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("-I", "--include", type=Path, action="append", help="a folder that imports are relative to")
    add("--out", type=Path, required=True, help="the folder to write to, from which Python imports")
    add("protos", type=Path, nargs="+", help=".proto files")
    given = parser.parse_args()
    try:
        includes = given.include or sorted({proto.parent for proto in given.protos})
        for path in generate(includes, given.out, given.protos):
            print(path)
    except LahjaError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
