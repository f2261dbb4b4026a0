const ENDPOINT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const EVENT = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const MAX_EVENT_NAME = 255;

export function isEndpointName(name: string): boolean {
  // An unset variable would pass as the text "undefined".
  return typeof name === "string" && ENDPOINT.test(name);
}

export function isEventName(name: string): boolean {
  return name.length <= MAX_EVENT_NAME && EVENT.test(name);
}

/** The 64-bit FNV-1a hash of an event's name, by which frames refer to it. */
export function typeIdOf(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
