"""What is generated, and what is shipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

import lahja_client
import lahja_pb2
from lahja_client.wire import lahja_wire_pb2

CLIENT = Path(__file__).parents[1]
PROTO = CLIENT.parents[1] / "proto"


def run(*arguments: str, cwd: Path, expected: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, text=True, capture_output=True, timeout=120
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name, module", [("lahja", lahja_pb2), ("lahja_wire", lahja_wire_pb2)])
def test_the_shipped_modules_are_those_of_the_repositorys_files(
    name: str, module: Any, tmp_path: Path
) -> None:
    compiled = tmp_path / "set"
    described = f"--descriptor_set_out={compiled}"
    run("-m", "grpc_tools.protoc", f"-I{PROTO}", described, f"{name}.proto", cwd=tmp_path)
    [file] = FileDescriptorSet.FromString(compiled.read_bytes()).file
    shipped = type(file)()
    module.DESCRIPTOR.CopyToProto(shipped)
    for each in (file, shipped):
        for message in each.message_type:
            for field in [*message.field, *(f for n in message.nested_type for f in n.field)]:
                field.ClearField("json_name")
        for extension in each.extension:
            extension.ClearField("json_name")
    assert shipped == file


def test_the_shipped_proto_file_is_the_repositorys() -> None:
    shipped = Path(lahja_client.__file__).parent / "lahja.proto"
    assert shipped.read_text() == (PROTO / "lahja.proto").read_text()


def test_a_wheel_has_all_that_is_needed(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run(
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "out",
        "./copy",
        cwd=tmp_path,
    )
    [wheel] = (tmp_path / "out").glob("lahja_client-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "lahja_client/py.typed",
        "lahja_client/lahja.proto",
        "lahja_client/link/link.py",
        "lahja_client/wire/lahja_wire_pb2.py",
        "lahja_client/wire/lahja_wire_pb2.pyi",
        "lahja_pb2/__init__.py",
        "lahja_pb2/__init__.pyi",
        "lahja_pb2/py.typed",
    } <= names
    assert not any(name.startswith("tests") for name in names)


EVENTS = """
syntax = "proto3";
package shop.v1;
import "lahja.proto";
import "google/protobuf/empty.proto";
import "prices/price.proto";
message Order {
  message Get { option (lahja.event) = { response: "Order" }; string name = 1; }
  string name = 1;
  Cancel cancel = 2;
  repeated Cancel cancels = 3;
  map<string, Cancel> by_name = 4;
  string from = 5;
}
message AskPrice { option (lahja.event) = { response: "prices.v1.Price" }; }
message Cancel {}
service Shop { rpc Cancel(shop.v1.Cancel) returns (google.protobuf.Empty); }
"""
PRICES = 'syntax = "proto3"; package prices.v1; message Price { uint64 cents = 1; }'
TYPED = """
from google.protobuf.empty_pb2 import Empty
from lahja_client import Endpoint, Received
from prices.price_pb2 import Price
from shop_pb2 import AskPrice, Cancel, Order


async def use(endpoint: Endpoint) -> None:
    order: Order = await endpoint.request(Order.Get(name="x"))
    price: Price = await endpoint.request(AskPrice())
    empty: Empty = await endpoint.request(Cancel())
    async for asked in endpoint.stream(AskPrice):
        asked.reply(price)
    endpoint.respond(AskPrice, lambda asked: Price(cents=len(asked.origin)))
    endpoint.respond(AskPrice, answer)
    {mistake}


async def answer(asked: Received[AskPrice]) -> Price:
    return Price()


async def answer_wrongly(asked: Received[AskPrice]) -> Order:
    return Order()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "proto" / "prices").mkdir(parents=True)
    (tmp_path / "proto" / "shop.proto").write_text(EVENTS)
    (tmp_path / "proto" / "prices" / "price.proto").write_text(PRICES)
    return tmp_path


GENERATE = ("-m", "lahja_client.generate", "-I", "proto", "--out", "src")


def test_generated_stubs_say_what_answers_a_request(shop: Path) -> None:
    told = run(*GENERATE, "proto/shop.proto", "proto/prices/price.proto", cwd=shop)
    assert sorted(line for line in told.splitlines() if line.startswith("src")) == [
        "src/prices/price_pb2.py",
        "src/prices/price_pb2.pyi",
        "src/shop_pb2.py",
        "src/shop_pb2.pyi",
    ]
    mistakes = {
        "pass": "Success",
        "price = await endpoint.request(Cancel())": 'incompatible type "Cancel"',
        "wrong: Empty = await endpoint.request(AskPrice())": 'incompatible type "AskPrice"',
        "asked.reply(order)": 'incompatible type "Order"; expected "Price"',
        "endpoint.respond(AskPrice, lambda asked: Order())": 'expected "Price | Awaitable[Price]"',
        "endpoint.respond(AskPrice, lambda asked: asked.event.prize)": 'no attribute "prize"',
        "endpoint.respond(AskPrice, answer_wrongly)": 'Argument 2 to "respond"',
        "endpoint.respond(Cancel, answer)": 'incompatible type "Callable',
        "endpoint.respond(Order, lambda asked: Order())": '"type[Order]"',
        "asked.event.prize": '"AskPrice" has no attribute "prize"',
    }
    for number, (mistake, expected) in enumerate(mistakes.items()):
        (shop / "src" / "use.py").write_text(TYPED.replace("{mistake}", mistake))
        check = ("-m", "mypy", "--strict", "--cache-dir", str(shop / "cache"), "use.py")
        assert expected in run(*check, cwd=shop / "src", expected=min(number, 1))


def test_what_is_wrong_with_a_proto_file_is_said(shop: Path) -> None:
    proto = shop / "proto" / "shop.proto"
    proto.write_text(EVENTS.replace('response: "Order"', 'response: "Oder"'))
    said = run(*GENERATE, "proto/shop.proto", cwd=shop, expected=1)
    assert "there is no message Oder that could answer shop.v1.Order.Get" in said
    proto.write_text("syntax =")
    assert "protoc failed" in run(*GENERATE, "proto/shop.proto", cwd=shop, expected=1)


def test_without_grpcio_tools_the_generator_says_what_to_install(shop: Path) -> None:
    hide = "import sys, runpy; sys.modules['grpc_tools'] = None; "
    go = "sys.argv[1:] = ['--out', 'src', 'proto/shop.proto']; "
    start = "runpy.run_module('lahja_client.generate', run_name='__main__')"
    said = run("-c", hide + go + start, cwd=shop, expected=1)
    assert "pip install grpcio-tools" in said


def test_help() -> None:
    assert "--include" in run("-m", "lahja_client.generate", "--help", cwd=CLIENT)
