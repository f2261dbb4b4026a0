"""The protocol's state on one connection, with no I/O and no clock."""
