/** Losses as functions of unconstrained parameters. @module */
export { Objective } from "./objective.ts";
