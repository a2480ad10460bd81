/** Derivatives of functions of tensors, to any order, eagerly and within traces. @module */
export { grad, type GradOptions, stopGradient, valueAndGrad } from "./grad.ts";
export { hessian } from "./hessian.ts";
export { jvp, vjp } from "./jacobian_products.ts";
