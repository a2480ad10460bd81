/** The same form with NumPyro's names. @module */
export { default } from "./distributions.ts";
