import type { PbMessage } from "./pbtxt.ts";
import type { Fields } from "./pbtxt_fields.ts";

/** The way in which requests are joined to batches: Triton's ModelDynamicBatching. */
export interface DynamicBatching {
  /**
   * Microseconds that a request waits for others while a Worker is free (default 0: it goes at
   * once, with those that wait already).
   */
  readonly maxQueueDelayMicroseconds?: number;
  /** Numbers of rows that end the wait (default: `maxBatchSize` alone). */
  readonly preferredBatchSize?: readonly number[];
}

/** Returns the message of a way to join requests. */
export function encodeDynamicBatching(
  { maxQueueDelayMicroseconds: delay, preferredBatchSize = [] }: DynamicBatching,
): PbMessage {
  return {
    ...(preferredBatchSize.length > 0 && { preferred_batch_size: preferredBatchSize }),
    ...(delay !== undefined && { max_queue_delay_microseconds: [delay] }),
  };
}

/**
 * Reads the way to join requests from a configuration; false where it has none (Triton joins only
 * where it is told to), and where `maxBatchSize` is 0.
 *
 * @throws Error for a delay that is none.
 */
export function dynamicBatchingOf(config: Fields, maxBatchSize: number): DynamicBatching | false {
  const fields = config.messages("dynamic_batching").at(-1);
  if (!fields || maxBatchSize === 0) return false;
  const delay = fields.integers("max_queue_delay_microseconds").at(-1) ?? 0;
  if (delay < 0) fields.fail("max_queue_delay_microseconds", String(delay), "0 or a positive integer");
  const sizes = fields.integers("preferred_batch_size");
  return {
    ...(delay > 0 && { maxQueueDelayMicroseconds: delay }),
    ...(sizes.length > 0 && { preferredBatchSize: sizes }),
  };
}
