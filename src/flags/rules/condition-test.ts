import type { Scalar } from "./scalar";

/** Whether an attribute that is set satisfies a condition. */
export type Test = (value: Scalar) => boolean;

/** The test of what can never hold. */
export const never: Test = () => false;
