import { part as funnel } from "./funnel/part.ts";
import { part as mixture } from "./mixture/part.ts";
import type { Part } from "./part.ts";
import { part as ruggedness } from "./ruggedness/part.ts";
import { part as schools } from "./schools/part.ts";
import type { PartName } from "./settings.ts";
import { part as volatility } from "./volatility/part.ts";

/** The parts by name. */
export const parts: Readonly<Record<PartName, Part<any, any>>> = {
  schools,
  ruggedness,
  mixture,
  funnel,
  volatility,
};
