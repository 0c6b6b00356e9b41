// Trigonometry; angles are radians. Where Go's way is less exact than ECMAScript's, its way is taken.

export const TRIGONOMETRY: Readonly<Record<string, (value: number) => number>> = {
  acos: (value) => Math.PI / 2 - arcSine(value),
  acosh: Math.acosh,
  asin: arcSine,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cos: Math.cos,
  cosh: (value) => (Math.abs(value) > FAR ? farHyperbolic(value) : Math.cosh(value)),
  deg: (radians) => (radians * 180) / Math.PI,
  rad: (degrees) => (degrees * Math.PI) / 180,
  sin: Math.sin,
  sinh: (value) => (Math.abs(value) > FAR ? Math.sign(value) * farHyperbolic(value) : Math.sinh(value)),
  tan: Math.tan,
  tanh: Math.tanh,
};

/** From here on e^-x is nothing beside e^x; Go's hyperbolic functions then overflow where e^x does. */
const FAR = 21;

function farHyperbolic(value: number): number {
  return Math.exp(Math.abs(value)) * 0.5;
}

/** By the arc tangent, of the smaller of the two angles where the other would be inexact. */
function arcSine(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return value;
  const other = Math.sqrt(1 - size * size);
  const angle = size > 0.7 ? Math.PI / 2 - Math.atan(other / size) : Math.atan(size / other);
  return value < 0 ? -angle : angle;
}
