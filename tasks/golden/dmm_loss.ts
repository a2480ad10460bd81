export { dmmCases as default } from "./dmm.ts";
