import type { DescMessage } from "../events.js";
import type { Receipt, Received } from "./received.js";

/** Takes events and requests of one type, in their order. */
export interface Subscriber<Input extends DescMessage, Output extends DescMessage> {
  take(received: Received<Input, Output>, receipt: Receipt | undefined): void;
  /** Nothing more is coming. */
  end(): void;
}

export type Queued<Input extends DescMessage, Output extends DescMessage> = [
  Received<Input, Output>,
  Receipt | undefined,
];

/** Lets go of what nobody takes, so that its sender goes on. */
export function letGo([received, receipt]: Queued<never, never>): void {
  receipt?.taken();
  received.drop();
}

/** A queue that the windows of all who fill it bound. */
export class Queue<Item> {
  private items: Item[] = [];
  private first = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.first]!;
    this.items[this.first] = undefined!;
    this.first += 1;
    if (this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return item;
  }
}
