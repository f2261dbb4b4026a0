from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Compression(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPRESSION_UNSPECIFIED: _ClassVar[Compression]
    COMPRESSION_SNAPPY: _ClassVar[Compression]
COMPRESSION_UNSPECIFIED: Compression
COMPRESSION_SNAPPY: Compression

class Frame(_message.Message):
    __slots__ = ("hello", "subscriptions", "subscriptions_ack", "broadcast", "failure", "goodbye", "credit", "cancel")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTIONS_ACK_FIELD_NUMBER: _ClassVar[int]
    BROADCAST_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    hello: Hello
    subscriptions: Subscriptions
    subscriptions_ack: SubscriptionsAck
    broadcast: Broadcast
    failure: Failure
    goodbye: Goodbye
    credit: Credit
    cancel: Cancel
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping[str, object]]] = ..., subscriptions: _Optional[_Union[Subscriptions, _Mapping[str, object]]] = ..., subscriptions_ack: _Optional[_Union[SubscriptionsAck, _Mapping[str, object]]] = ..., broadcast: _Optional[_Union[Broadcast, _Mapping[str, object]]] = ..., failure: _Optional[_Union[Failure, _Mapping[str, object]]] = ..., goodbye: _Optional[_Union[Goodbye, _Mapping[str, object]]] = ..., credit: _Optional[_Union[Credit, _Mapping[str, object]]] = ..., cancel: _Optional[_Union[Cancel, _Mapping[str, object]]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("protocol_version", "name", "instance", "max_frame_len", "compressions", "agent")
    PROTOCOL_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    MAX_FRAME_LEN_FIELD_NUMBER: _ClassVar[int]
    COMPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    protocol_version: int
    name: str
    instance: int
    max_frame_len: int
    compressions: _containers.RepeatedScalarFieldContainer[Compression]
    agent: str
    def __init__(self, protocol_version: _Optional[int] = ..., name: _Optional[str] = ..., instance: _Optional[int] = ..., max_frame_len: _Optional[int] = ..., compressions: _Optional[_Iterable[_Union[Compression, str]]] = ..., agent: _Optional[str] = ...) -> None: ...

class EventType(_message.Message):
    __slots__ = ("id", "name", "window")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    window: int
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., window: _Optional[int] = ...) -> None: ...

class Subscriptions(_message.Message):
    __slots__ = ("revision", "added", "removed", "more")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    revision: int
    added: _containers.RepeatedCompositeFieldContainer[EventType]
    removed: _containers.RepeatedScalarFieldContainer[int]
    more: bool
    def __init__(self, revision: _Optional[int] = ..., added: _Optional[_Iterable[_Union[EventType, _Mapping[str, object]]]] = ..., removed: _Optional[_Iterable[int]] = ..., more: bool = ...) -> None: ...

class SubscriptionsAck(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class Broadcast(_message.Message):
    __slots__ = ("type_id", "payload", "compression", "request_id", "response_to", "headers", "missed")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_TO_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    type_id: int
    payload: bytes
    compression: Compression
    request_id: int
    response_to: int
    headers: _containers.ScalarMap[str, str]
    missed: int
    def __init__(self, type_id: _Optional[int] = ..., payload: _Optional[bytes] = ..., compression: _Optional[_Union[Compression, str]] = ..., request_id: _Optional[int] = ..., response_to: _Optional[int] = ..., headers: _Optional[_Mapping[str, str]] = ..., missed: _Optional[int] = ...) -> None: ...

class Credit(_message.Message):
    __slots__ = ("grants",)
    class Grant(_message.Message):
        __slots__ = ("type_id", "bytes")
        TYPE_ID_FIELD_NUMBER: _ClassVar[int]
        BYTES_FIELD_NUMBER: _ClassVar[int]
        type_id: int
        bytes: int
        def __init__(self, type_id: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    grants: _containers.RepeatedCompositeFieldContainer[Credit.Grant]
    def __init__(self, grants: _Optional[_Iterable[_Union[Credit.Grant, _Mapping[str, object]]]] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ("response_to", "code", "message")
    class Code(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        CODE_UNSPECIFIED: _ClassVar[Failure.Code]
        CODE_UNANSWERED: _ClassVar[Failure.Code]
        CODE_HANDLER_FAILED: _ClassVar[Failure.Code]
        CODE_DECODE_FAILED: _ClassVar[Failure.Code]
        CODE_SHUTTING_DOWN: _ClassVar[Failure.Code]
    CODE_UNSPECIFIED: Failure.Code
    CODE_UNANSWERED: Failure.Code
    CODE_HANDLER_FAILED: Failure.Code
    CODE_DECODE_FAILED: Failure.Code
    CODE_SHUTTING_DOWN: Failure.Code
    RESPONSE_TO_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    response_to: int
    code: Failure.Code
    message: str
    def __init__(self, response_to: _Optional[int] = ..., code: _Optional[_Union[Failure.Code, str]] = ..., message: _Optional[str] = ...) -> None: ...

class Cancel(_message.Message):
    __slots__ = ("request_id",)
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    def __init__(self, request_id: _Optional[int] = ...) -> None: ...

class Goodbye(_message.Message):
    __slots__ = ("reason", "message")
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        REASON_UNSPECIFIED: _ClassVar[Goodbye.Reason]
        REASON_SHUTDOWN: _ClassVar[Goodbye.Reason]
        REASON_DUPLICATE: _ClassVar[Goodbye.Reason]
        REASON_NAME_TAKEN: _ClassVar[Goodbye.Reason]
        REASON_UNSUPPORTED_VERSION: _ClassVar[Goodbye.Reason]
        REASON_PROTOCOL_ERROR: _ClassVar[Goodbye.Reason]
        REASON_FRAME_TOO_LARGE: _ClassVar[Goodbye.Reason]
        REASON_SLOW_CONSUMER: _ClassVar[Goodbye.Reason]
    REASON_UNSPECIFIED: Goodbye.Reason
    REASON_SHUTDOWN: Goodbye.Reason
    REASON_DUPLICATE: Goodbye.Reason
    REASON_NAME_TAKEN: Goodbye.Reason
    REASON_UNSUPPORTED_VERSION: Goodbye.Reason
    REASON_PROTOCOL_ERROR: Goodbye.Reason
    REASON_FRAME_TOO_LARGE: Goodbye.Reason
    REASON_SLOW_CONSUMER: Goodbye.Reason
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: Goodbye.Reason
    message: str
    def __init__(self, reason: _Optional[_Union[Goodbye.Reason, str]] = ..., message: _Optional[str] = ...) -> None: ...
