"""Frames as the vectors write them: see proto/README.md."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from lahja_client.wire import lahja_wire_pb2 as pb
from lahja_client.wire.frames import Run, Splitter, Violation

_64_BITS = {
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT64,
}


def bytes_of(spelled: str | list[Any]) -> bytes:
    parts = [spelled] if isinstance(spelled, str) else spelled
    return b"".join(
        bytes.fromhex(part)
        if isinstance(part, str)
        else bytes.fromhex(part["repeat"]) * part["times"]
        for part in parts
    )


def decode_stream(data: bytes, limit: int, chunk: int = 0) -> tuple[list[Any], str]:
    """The frames in a stream that comes in chunks of some length, and the verdict on it."""
    splitter = Splitter(limit)
    frames: list[Any] = []
    try:
        for start in range(0, len(data), chunk or len(data) or 1):
            for item in splitter.feed(data[start : start + (chunk or len(data))]):
                if isinstance(item, Run):
                    events = (pb.Broadcast(type_id=item.type_id, payload=p) for p in item.payloads)
                    frames += [to_json(pb.Frame(broadcast=event)) for event in events]
                else:
                    frames.append(to_json(item.frame))
    except Violation as violation:
        return frames, pb.Goodbye.Reason.Name(violation.reason).removeprefix("REASON_").lower()
    return frames, "incomplete" if splitter.is_torn else "ok"


def to_json(message: Message) -> dict[str, Any]:
    spelled: dict[str, Any] = {}
    for field, value in message.ListFields():
        if is_map(field):
            spelled[field.name] = dict(value)
        elif is_repeated(field):
            spelled[field.name] = [_one_to_json(field, each) for each in value]
        else:
            spelled[field.name] = _one_to_json(field, value)
    return spelled


def _one_to_json(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return to_json(value)
    if field.cpp_type in _64_BITS:
        return str(value)
    return value.hex() if field.type == FieldDescriptor.TYPE_BYTES else value


def frame_from(spelled: dict[str, Any]) -> pb.Frame:
    frame = pb.Frame()
    _fill(frame, spelled)
    return frame


def _fill(message: Any, spelled: dict[str, Any]) -> None:
    message.SetInParent()
    for name, value in spelled.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        current = getattr(message, name)
        if is_map(field):
            current.update(value)
        elif is_repeated(field):
            for each in value:
                if field.message_type is not None:
                    _fill(current.add(), each)
                else:
                    current.append(_scalar(field, each))
        elif field.message_type is not None:
            _fill(current, value)
        else:
            setattr(message, name, _scalar(field, value))


def _scalar(field: FieldDescriptor, value: Any) -> Any:
    if field.cpp_type in _64_BITS:
        return int(value, 0)
    return bytes_of(value) if field.type == FieldDescriptor.TYPE_BYTES else value


def entry_of(field: FieldDescriptor) -> list[FieldDescriptor]:
    """The key and the value of a map."""
    assert field.message_type is not None
    return list(field.message_type.fields)


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_repeated(field: Any) -> bool:
    return bool(field.is_repeated)
