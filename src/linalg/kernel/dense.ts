// AssemblyScript. What ../dense-wasm.ts calls.

export { applyToColumns, factorDamped, factorMatrix, setMatrix, setWorkspace } from "./reflectors";
export { addTransposedProduct } from "./tiles";
export { orthogonalise, setVectors } from "./jacobi";
export { dot, rotate } from "./vectors";
