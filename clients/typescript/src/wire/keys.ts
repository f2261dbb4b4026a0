/** Keys of the fields of `Frame` and `Broadcast`, each of one byte. */
export const BROADCAST = 0x22;
export const TYPE_ID = 0x09;
export const PAYLOAD = 0x12;
export const COMPRESSION = 0x18;
export const REQUEST_ID = 0x20;
export const RESPONSE_TO = 0x28;
export const HEADER = 0x32;
export const MISSED = 0x38;
