import { inspect } from "node:util";

/** What went wrong; each code has a class of its own, except those of {@link RequestFailedError}. */
export type ErrorCode =
  | "no_subscribers" | "rejected" | "name_taken" | "not_connected" | "disconnected" | "unanswered"
  | "handler_failed" | "decode_failed" | "shutting_down" | "unexpected_response" | "not_requested"
  | "deadline_exceeded" | "full" | "stalled" | "too_large" | "invalid_name" | "path_too_long"
  | "insecure_directory" | "type_id_collision" | "too_many_subscriptions" | "invalid_request_type"
  | "invalid_option" | "stopped" | "io";

/** The base of every error of the bus: switch on `code`, or use `instanceof` a subclass. */
export class LahjaError<Code extends ErrorCode = ErrorCode> extends Error {
  constructor(readonly code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Nobody who was meant subscribes to a request, or to an event that requires a subscriber. */
export class NoSubscribersError extends LahjaError<"no_subscribers"> {
  constructor(readonly event: string, readonly endpoint?: string) {
    const who =
      endpoint === undefined ? "nobody subscribes" : `${endpoint} is not connected, or does not subscribe`;
    super(
      "no_subscribers",
      `${who} to ${event}: connect to an endpoint that does, or set \`waitForSubscriber\``,
    );
  }
}

/** Why a connection will not come about. */
export type Rejection =
  | "already_connected" | "itself" | "name_taken" | "duplicate" | "unsupported_version" | "other_name"
  | "foreign_user" | "protocol";

/** A connection to this endpoint will not come about. */
export class ConnectionRejectedError extends LahjaError<"rejected"> {
  constructor(readonly endpoint: string, readonly reason: Rejection, why: string) {
    super("rejected", `${endpoint} can't be connected to: ${why}`);
  }
}

/** Another endpoint of this name is alive in this directory. */
export class NameTakenError extends LahjaError<"name_taken"> {
  constructor(readonly endpoint: string, readonly path: string) {
    super("name_taken", `the name ${endpoint} is taken: a live process holds ${path}`);
  }
}

export class NotConnectedError extends LahjaError<"not_connected"> {
  constructor(readonly endpoint: string) {
    super("not_connected", `there is no connection to ${endpoint}`);
  }
}

export type RequestFailure =
  | "disconnected"
  | "unanswered"
  | "handler_failed"
  | "decode_failed"
  | "shutting_down"
  | "unexpected_response";

/**
 * Every endpoint that had the request failed; this is the last one's reason. `decode_failed` is also
 * the code of an answer that does not decode.
 */
export class RequestFailedError extends LahjaError<RequestFailure> {
  /** @param detail what the endpoint says, or the name of the unexpected answer */
  constructor(
    code: RequestFailure,
    readonly request: string,
    readonly endpoint: string,
    readonly detail = "",
  ) {
    super(code, FAILURES[code](request, endpoint, detail));
  }
}

const FAILURES: Record<RequestFailure, (request: string, endpoint: string, detail: string) => string> = {
  disconnected: (request, endpoint) => `${endpoint} went away before it answered ${request}`,
  unanswered: (request, endpoint, detail) => `${endpoint} dropped ${request} unanswered: ${detail}`,
  handler_failed: (request, endpoint, detail) => `the handler of ${request} at ${endpoint} failed: ${detail}`,
  decode_failed: (request, endpoint, detail) => `${request} at ${endpoint} does not decode: ${detail}`,
  shutting_down: (request, endpoint) => `${endpoint} is shutting down and did not answer ${request}`,
  unexpected_response: (request, endpoint, detail) => `${endpoint} answered ${request} with ${detail}`,
};

/** An answer to what came by `broadcast`: nobody waits for it. */
export class NotRequestedError extends LahjaError<"not_requested"> {
  constructor(readonly event: string) {
    super("not_requested", `${event} came by broadcast, not as a request: there is nobody to answer`);
  }
}

export class DeadlineExceededError extends LahjaError<"deadline_exceeded"> {
  constructor(readonly what: string, readonly after: number) {
    super("deadline_exceeded", `${what}: not within ${after} ms`);
  }
}

/** A receiver has no room now, and nothing was sent to anyone. */
export class FullError extends LahjaError<"full"> {
  constructor(readonly event: string, readonly endpoints: readonly string[]) {
    super("full", `no room for ${event} at ${endpoints.join(", ")}`);
  }
}

/** No receiver made room in time; with `requireAll`, at least one did not. */
export class StalledError extends LahjaError<"stalled"> {
  constructor(readonly event: string, readonly endpoints: readonly string[]) {
    super("stalled", `no room for ${event} was made in time at ${endpoints.join(", ")}`);
  }
}

/** An event or an answer is larger than a frame may be. Nothing was sent; the connection stays. */
export class TooLargeError extends LahjaError<"too_large"> {
  constructor(
    readonly event: string,
    readonly endpoint: string,
    readonly length: number,
    readonly limit: number,
  ) {
    super("too_large", `${event} takes a frame of ${length} bytes, ${endpoint} takes ${limit} at most`);
  }
}

export class InvalidNameError extends LahjaError<"invalid_name"> {
  constructor(readonly given: string, problem: string) {
    super("invalid_name", `${JSON.stringify(given)} is no ${problem}`);
  }
}

export class PathTooLongError extends LahjaError<"path_too_long"> {
  constructor(readonly path: string, readonly length: number, readonly limit: number) {
    super("path_too_long", `${path} is a path of ${length} bytes, a socket's may have ${limit}: ` +
      "use a shorter directory (LAHJA_DIR, or the option `directory`)");
  }
}

/** Others could tamper with the sockets in this directory. */
export class InsecureDirectoryError extends LahjaError<"insecure_directory"> {
  constructor(readonly path: string, problem: string) {
    super("insecure_directory", `${path} is not safe for sockets: ${problem}`);
  }
}

export class TypeIdCollisionError extends LahjaError<"type_id_collision"> {
  constructor(readonly typeId: bigint, readonly first: string, readonly second: string) {
    super("type_id_collision", `${first} and ${second} share the type ID 0x${typeId.toString(16)}: ` +
      "give one of them another with `type_id` in its declaration");
  }
}

export class TooManySubscriptionsError extends LahjaError<"too_many_subscriptions"> {
  constructor(readonly event: string, readonly limit: number) {
    super("too_many_subscriptions", `${event} is one type too many: an endpoint can subscribe to ${limit}`);
  }
}

/** The declaration of a request binds it to another response than the code does. */
export class InvalidRequestTypeError extends LahjaError<"invalid_request_type"> {
  constructor(readonly request: string, problem: string) {
    super("invalid_request_type", `${request} ${problem}`);
  }
}

export class InvalidOptionError extends LahjaError<"invalid_option"> {
  constructor(readonly option: string, problem: string) {
    super("invalid_option", `${option}: ${problem}`);
  }
}

export class StoppedError extends LahjaError<"stopped"> {
  constructor(readonly endpoint: string) {
    super("stopped", `${endpoint} has stopped`);
  }
}

/** The system refused; `cause` says why. */
export class IoError extends LahjaError<"io"> {
  constructor(readonly what: string, cause: unknown) {
    super("io", `${what}: ${messageOf(cause)}`, { cause });
  }
}

/** Whatever was thrown, in words. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && typeof error.message === "string") return error.message;
  return typeof error === "string" ? error : inspect(error);
}
