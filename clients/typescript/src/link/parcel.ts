import type { Broadcast } from "../gen/lahja_wire_pb.js";
import type { BareEvent } from "../wire/frames.js";
import { NO_HEADERS, type Headers } from "./outgoing.js";

/** A payload as it came, and what came beside it. */
export interface Parcel {
  readonly idLow: number;
  readonly idHigh: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly compression: number;
  readonly headers: Headers;
  readonly missed: number;
}

/** The one parcel of a link, which each event is put into while it is handed over. */
export class SharedParcel implements Parcel {
  idLow = 0;
  idHigh = 0;
  bytes: Uint8Array = new Uint8Array();
  start = 0;
  end = 0;
  compression = 0;
  headers = NO_HEADERS;
  missed = 0;

  fromBare({ idLow, idHigh, bytes, start, end }: BareEvent): void {
    this.idLow = idLow;
    this.idHigh = idHigh;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.compression = 0;
    this.headers = NO_HEADERS;
    this.missed = 0;
  }

  fromFull({ typeId, payload, compression, headers, missed }: Broadcast): void {
    this.idLow = Number(BigInt.asIntN(32, typeId));
    this.idHigh = Number(BigInt.asIntN(32, typeId >> 32n));
    this.bytes = payload;
    this.start = 0;
    this.end = payload.length;
    this.compression = compression;
    this.headers = Object.keys(headers).length === 0 ? NO_HEADERS : headers;
    this.missed = Number(missed);
  }
}
