// @ts-types="npm:@types/d3-array@3.2.2"
export { deviation, mean, quantileSorted } from "d3-array";
