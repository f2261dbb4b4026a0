from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor
EVENT_FIELD_NUMBER: int
event: _descriptor.FieldDescriptor

class EventOptions(_message.Message):
    __slots__ = ("response", "type_id")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    response: str
    type_id: int
    def __init__(self, response: _Optional[str] = ..., type_id: _Optional[int] = ...) -> None: ...
