/** log(2 pi) / 2, the constant of a normal log density and of Stirling's formula. */
export const halfLogTwoPi: number = 0.5 * Math.log(2 * Math.PI);
