"""Values of events as the conformance kit writes them: see proto/conformance/README.md."""

from __future__ import annotations

import struct
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from vectors import entry_of, is_map, is_repeated

_64_BITS = {FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64}


def value_of(message: Message) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for field, found in message.ListFields():
        if is_map(field):
            key, item = entry_of(field)
            value[field.name] = {_key(k): _one_of(item, found[k]) for k in found}
        elif is_repeated(field):
            value[field.name] = [_one_of(field, each) for each in found]
        else:
            value[field.name] = _one_of(field, found)
    return value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _one_of(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return value_of(value)
    if field.cpp_type in _64_BITS:
        return str(value)
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return "0x" + struct.pack(">d", value).hex()
    if field.type == FieldDescriptor.TYPE_FLOAT:
        return "0x" + struct.pack(">f", value).hex()
    return value.hex() if field.type == FieldDescriptor.TYPE_BYTES else value


def message_from(cls: type[Message], value: dict[str, Any]) -> Message:
    message = cls()
    fill(message, value)
    return message


def fill(message: Any, value: dict[str, Any]) -> None:
    message.SetInParent()
    for name, given in value.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        current = getattr(message, name)
        if is_map(field):
            key, item = entry_of(field)
            for text, each in given.items():
                if item.message_type is not None:
                    fill(current[_scalar_key(key, text)], each)
                else:
                    current[_scalar_key(key, text)] = _scalar(item, each)
        elif is_repeated(field):
            for each in given:
                if field.message_type is not None:
                    fill(current.add(), each)
                else:
                    current.append(_scalar(field, each))
        elif field.message_type is not None:
            fill(current, given)
        else:
            setattr(message, name, _scalar(field, given))


def _scalar_key(field: FieldDescriptor, text: str) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return text == "true"
    return text if field.cpp_type == FieldDescriptor.CPPTYPE_STRING else int(text)


def _scalar(field: FieldDescriptor, value: Any) -> Any:
    if field.cpp_type in _64_BITS:
        return int(value)
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return struct.unpack(">d", bytes.fromhex(value[2:]))[0]
    if field.type == FieldDescriptor.TYPE_FLOAT:
        return struct.unpack(">f", bytes.fromhex(value[2:]))[0]
    return bytes.fromhex(value) if field.type == FieldDescriptor.TYPE_BYTES else value
