import type { Scalar } from "./scalar";

/**
 * Whether an attribute that is set satisfies a condition. The operand is beside
 * it and not in a closure: the fewer places in memory an evaluation visits, the
 * faster it is.
 *
 * @param operand what the operator made of it when the rules arrived
 */
export type Test<T = never> = (value: Scalar, operand: T) => boolean;
