import fc from "fast-check";

/** Any UTF-16 text, control characters and halves of surrogate pairs included; half of it plain. */
export function anyText(constraints: fc.StringConstraints = {}): fc.Arbitrary<string> {
  const { minLength, maxLength } = constraints;
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  });
  return fc.oneof(
    fc.string(constraints),
    units.map((codes) => String.fromCharCode(...codes)),
  );
}
