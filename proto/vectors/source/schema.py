"""The bodies of a frame by their field numbers in lahja_wire.proto."""

from .protobuf import frame, message


def hello(*fields):
    return frame(message(1, *fields))


def subscriptions(*fields):
    return frame(message(2, *fields))


def subscriptions_ack(*fields):
    return frame(message(3, *fields))


def broadcast(*fields):
    return frame(message(4, *fields))


def failure(*fields):
    return frame(message(5, *fields))


def goodbye(*fields):
    return frame(message(6, *fields))


def credit(*fields):
    return frame(message(7, *fields))


def cancel(*fields):
    return frame(message(8, *fields))
