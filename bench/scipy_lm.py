"""Solves the problems of bench/scipy.ts with scipy's MINPACK: the same residual, Jacobian and starts.

Reads JSON on stdin, writes per problem the residual norm, the evaluations and the seconds of every start.
"""
import json, sys, time
import numpy as np
from scipy import __version__
from scipy.optimize import least_squares


def compile_problem(p):
    """Residual and analytic Jacobian, vectorised over neurons and samples; layout as in src/equations/system.ts."""
    m, d, C, n = p["width"], p["inputDim"], p["outputs"], p["samples"]
    W = np.array(p["weights"]).reshape(m, d)
    b = np.array(p["bias"])
    A = np.array(p["output"]).reshape(C, m)
    G, scale = np.array(p["targets"]), np.array(p["rowScale"])
    hidden, bias, output = (layer in p["trained"] for layer in ("hidden", "bias", "output"))
    derivatives = [np.polynomial.Polynomial(p["coefficients"]).deriv(k) if k else np.polynomial.Polynomial(p["coefficients"]) for k in range(3)]

    def unpack(u):
        u = u.reshape(n, C + d)
        g, X = u[:, :C], u[:, C:]
        Z = W @ X.T + b[:, None]
        return g, X, [s(Z) for s in derivatives], (g @ A).T

    def residual(u):
        g, X, (s0, s1, _), ga = unpack(u)
        parts = []
        if hidden: parts.append((ga * s1) @ X)
        if bias: parts.append((ga * s1).sum(1)[:, None])
        if output: parts.append(s0 @ g)
        return (np.hstack(parts).ravel() - G) * scale

    def jacobian(u):
        g, X, (s0, s1, s2), ga = unpack(u)
        blocks = []
        bend = np.einsum("mi,mf->mif", ga * s2, W)
        if hidden:
            J = np.empty((m, d, n, C + d))
            J[..., :C] = np.einsum("cm,mi,ie->meic", A, s1, X)
            J[..., C:] = np.einsum("mif,ie->meif", bend, X)
            J[:, np.arange(d), :, C + np.arange(d)] += (ga * s1)[None]
            blocks.append(J)
        if bias:
            J = np.empty((m, 1, n, C + d))
            J[:, 0, :, :C] = np.einsum("cm,mi->mic", A, s1)
            J[:, 0, :, C:] = bend
            blocks.append(J)
        if output:
            J = np.zeros((m, C, n, C + d))
            for c in range(C): J[:, c, :, c] = s0
            J[..., C:] = np.einsum("ic,mi,mf->mcif", g, s1, W)
            blocks.append(J)
        J = np.concatenate(blocks, 1).reshape(len(G), n * (C + d))
        return J * scale[:, None]

    return residual, jacobian


def main():
    asked = json.load(sys.stdin)
    answers = []
    for p in asked["problems"]:
        residual, jacobian = compile_problem(p)
        start = np.array(p["starts"][0])
        check = {"residual": residual(start).tolist(), "jacobian": jacobian(start).ravel().tolist()}
        runs = []
        for u in p["starts"]:
            began = time.perf_counter()
            try:
                solved = least_squares(residual, np.array(u), jacobian, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=asked["evaluations"])
                norm, count = float(np.sqrt(2 * solved.cost)), int(solved.nfev)
            except (ValueError, FloatingPointError, np.linalg.LinAlgError):
                norm, count = None, 0
            runs.append({"residualNorm": norm, "evaluations": count, "seconds": time.perf_counter() - began})
        answers.append({"check": check, "runs": runs})
    json.dump({"scipy": __version__, "answers": answers}, sys.stdout)


main()
