import type { BodyBounds } from "../http/read_body.ts";
import type { Dispatcher } from "../pool/dispatcher.ts";
import type { ModelStore } from "./model_store.ts";
import type { Settings } from "./service_options.ts";

/** The parts of a service. */
export interface Inside {
  readonly settings: Settings;
  readonly store: ModelStore;
  readonly dispatcher: Dispatcher;
  /** Bounds of bodies. */
  readonly bounds: BodyBounds;
  /** Answers by status. */
  readonly answers: Map<number, number>;
}
