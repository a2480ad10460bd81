/**
 * Limits of what is written in vectors. Groups of less work than `least` stay JavaScript, in which
 * they take as long as a call out of it; a function counts as `slow` operations. So do products of
 * fewer multiplications than `product`. Tests set both limits to 0.
 */
export const vectorLimits = { least: 256, slow: 8, product: 128 };
