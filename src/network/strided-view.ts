/**
 * Row-major copy of a strided view.
 *
 * @param source - elements; every index the view reaches must lie inside, which the caller has checked
 * @param offset - index of the view's first element
 * @param strides - step of each dimension, in elements
 * @returns a new array of Π shape numbers
 */
export function gatherStrided(
  source: Float64Array,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float64Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const result = new Float64Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    result[i] = source[at];
    for (let k = shape.length - 1; k >= 0; k--) {
      at += strides[k];
      if (++index[k] < shape[k]) break;
      at -= strides[k] * shape[k];
      index[k] = 0;
    }
  }
  return result;
}
