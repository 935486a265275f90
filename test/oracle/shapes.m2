-- An independent oracle for verdicts on shapes: everything from the network's own polynomial, by Macaulay2's diff,
-- coefficients, jacobian, rank and Groebner bases. No formula of kktid is used.
--
--   M2 --script shapes.m2 shapes.json results.json [id ...]
--
-- For each shape, with f(x) = sum_j a_j s(w_j.x + b_j) + e and multipliers g_i:
--   potential     Phi = sum_i g_i.(a s(w.x_i + b) + e)   of one symbolic neuron,
--   equations     diff(theta, Phi) for the trained parameters theta of a neuron, and of e once for the network.
-- Numbers are drawn modulo random primes; a rank is the largest of all draws.

needsPackage "JSON"
needsPackage "RealRoots"

seed = "kktid"     -- followed by the id of the shape, so that a shape alone gives the same numbers
rankTrials = 3     -- a new prime and a new point each
fibreTrials = 3
realTrials = 6

-- Reading ---------------------------------------------------------------------------------------------------------

coefficientsOf = text -> (
    R := QQ(monoid [getSymbol "z"]);
    use R;
    f := value text;
    apply(1 + first degree f, k -> coefficient(R_0^k, f)))

field = (shape, key, default) -> if shape#?key then shape#key else default

-- A prime of M2's choice in [low, 2 low]; the characteristic must not divide a coefficient or a small factorial.
randomPrime = low -> nextPrime(low + random low)

-- The symbolic neuron ---------------------------------------------------------------------------------------------

-- n samples in the ring KK[data, node]: data = free multipliers and points, node = w, b, a, e.
symbolicNeuron = (shape, n, KK) -> (
    (d, C) := (shape#"inputDim", field(shape, "outputs", 1));
    softmax := field(shape, "softmax", false);
    free := if softmax then C - 1 else C;
    trained := set shape#"trained";
    hasBias := trained#?"bias" or field(shape, "frozenBias", false);
    (g, x, w, b, a, e) := (getSymbol "g", getSymbol "x", getSymbol "w", getSymbol "b", getSymbol "a", getSymbol "e");
    dataNames := flatten apply(n, i -> apply(free, c -> g_(i,c)) | apply(d, k -> x_(i,k)));
    nodeNames := apply(d, k -> w_k) | {b} | apply(C, c -> a_c) | apply(C, c -> e_c);
    R := KK(monoid [dataNames | nodeNames]);
    data := take(gens R, n * (free + d));
    node := drop(gens R, n * (free + d));
    (W, B, A, E) := (take(node, d), if hasBias then node#d else 0_R, take(drop(node, d + 1), C), drop(node, d + 1 + C));
    sigma := coefficientsOf shape#"activation";
    Phi := sum(n, i -> (
        G := take(drop(data, i * (free + d)), free);
        X := take(drop(data, i * (free + d) + free), d);
        if softmax then G = G | {-sum G};
        z := sum(d, k -> W#k * X#k) + B;
        value := sum(#sigma, k -> promote(sigma#k, KK) * z^k);
        sum(C, c -> G#c * (A#c * value + E#c))));
    perNeuron := (if trained#?"hidden" then W else {}) | (if trained#?"bias" then {B} else {})
        | (if trained#?"output" then A else {});
    once := if trained#?"output-bias" then E else {};
    new HashTable from {
        "n" => n, "d" => d, "free" => free, "ring" => R, "data" => data, "node" => node,
        "equations" => apply(perNeuron, t -> diff(t, Phi)), "once" => apply(once, t -> diff(t, Phi))})

-- The same data variables without the node.
dataRing = N -> (coefficientRing N#"ring")(monoid [apply(#(N#"data"), k -> (getSymbol "y")_k)])

-- Nonzero rationals of small height, or elements of a prime field.
randomElements = (KK, count) -> apply(count, i -> if KK === QQ then (1 + random 30) * (-1)^(random 2) / (1 + random 6) else random KK)

-- The equations of a network of this width at random nodes, as polynomials in the data.
equationsAt = (N, width, S) -> (
    KK := coefficientRing S;
    at := () -> map(S, N#"ring", gens S | randomElements(KK, #(N#"node")));
    perNeuron := flatten apply(width, j -> (phi := at(); apply(N#"equations", f -> phi f)));
    phi := at();
    perNeuron | apply(N#"once", f -> phi f))

-- The moments: coefficients of the symbolic equations as polynomials in the node.
momentsOf = (N, S) -> (
    all := matrix {N#"equations" | N#"once"};
    (monomials', c) := coefficients(all, Variables => N#"node");
    toData := map(S, N#"ring", gens S | apply(N#"node", v -> 0_S));
    select(unique flatten entries toData c, f -> f != 0))

-- Ranks -----------------------------------------------------------------------------------------------------------

-- Dimension of the span of some polynomials.
spanDimension = polynomials -> (
    if #polynomials == 0 then return 0;
    (m, c) := coefficients matrix {polynomials};
    rank lift(c, coefficientRing ring c))

rankAtPoint = (polynomials, S) -> (
    if #polynomials == 0 then return 0;
    point := map(coefficientRing S, S, randomElements(coefficientRing S, numgens S));
    rank point jacobian matrix {polynomials})

ranksOf = shape -> (
    (n, m) := (shape#"samples", shape#"width");
    p := randomPrime(2^28);
    KK := ZZ/p;
    N := symbolicNeuron(shape, n, KK);
    S := dataRing N;
    equations := equationsAt(N, m, S);
    moments := momentsOf(N, S);
    more := symbolicNeuron(shape, n + 1, KK);
    one := symbolicNeuron(shape, 1, KK);
    (S1, S2) := (dataRing one, dataRing more);
    hashTable {
        "prime" => p,
        "unknowns" => numgens S,
        "equations" => #equations,
        "momentColumns" => spanDimension moments,
        "momentRank" => spanDimension equations,
        "jacobianRank" => rankAtPoint(equations, S),
        "dataSideRank" => rankAtPoint(moments, S),
        "dataSideRankNext" => rankAtPoint(momentsOf(more, S2), S2),
        "scalePerSample" => numgens S1 - rankAtPoint(momentsOf(one, S1), S1)})

-- Whether x -> -x together with g -> g or g -> -g leaves every moment of one sample unchanged.
hasSign = shape -> (
    N := symbolicNeuron(shape, 1, ZZ/randomPrime(2^28));
    S := dataRing N;
    moments := momentsOf(N, S);
    (g, x) := (take(gens S, N#"free"), drop(gens S, N#"free"));
    any({1, -1}, s -> (phi := map(S, S, s * g | -x); all(moments, f -> phi f == f))))

-- The global answer: a generic fibre --------------------------------------------------------------------------------

-- Reduced Groebner basis; F4 is for finite fields only.
basisOf = I -> ideal if char ring I > 0 then groebnerBasis(I, Strategy => "F4") else gens gb I

-- All (g, x) with the same equations as a random data set over KK: g_i != 0, samples pairwise different (also up to sign
-- where sign is a gauge), one point of each scale orbit.
fibreOf = (shape, scale, sign, KK) -> (
    N := symbolicNeuron(shape, shape#"samples", KK);
    (n, d, free) := (N#"n", N#"d", N#"free");
    S := dataRing N;
    equations := equationsAt(N, shape#"width", S);
    point := randomElements(KK, numgens S);
    X := i -> take(drop(gens S, i * (free + d) + free), d);
    G := i -> take(drop(gens S, i * (free + d)), free);
    dot := (u, v) -> sum(#u, k -> u#k * v#k);
    (u, v, normal) := (randomElements(KK, free), randomElements(KK, d), randomElements(KK, d));
    if scale then point = flatten apply(n, i -> (
        own := take(drop(point, i * (free + d)), free + d);
        x := drop(own, free);
        take(own, free) | apply(x, t -> t / dot(normal, x))));
    at := map(KK, S, point);
    I := ideal(apply(equations, f -> f - at f) | if scale then apply(n, i -> dot(normal, X i) - 1) else {});
    apart := apply(subsets(n, 2), q -> (
        (y, z) := (dot(v, X(q#0)), dot(v, X(q#1)));
        if sign and not scale then (y - z) * (y + z) else y - z));
    open := product(n, i -> dot(u, G i)) * product(apart | {1_S});
    J := basisOf I;
    if dim J == 0 then saturate(J, open)
    else (
        T := KK(monoid [gens S | {getSymbol "t"}]);
        toT := map(T, S, drop(gens T, -1));
        basisOf(toT J + ideal(1 - T_(numgens T - 1) * toT open))))

-- Points of a finite fibre per data set: orders of the samples, and signs where no scale is divided out.
pointsPerDataSet = (shape, scale, sign) -> (
    n := shape#"samples";
    n! * if sign and not scale then 2^n else 1)

-- Dimension of a generic fibre and, where it is finite, the number of data sets over the algebraic closure.
fibreModulo = (shape, scale, sign, p) -> (
    J := fibreOf(shape, scale, sign, ZZ/p);
    D := dim J;
    (D, if D == 0 then exactQuotient(degree J, pointsPerDataSet(shape, scale, sign))))

exactQuotient = (a, b) -> if a % b == 0 then a // b else error "a fibre that the symmetries do not divide"

-- The number of real data sets with the same equations as a random rational one, whose complex fibre must have the generic
-- size (a draw with a smaller or larger one is special, and drawn again).
realFibre = (shape, scale, sign, count) -> (
    size := count * pointsPerDataSet(shape, scale, sign);
    J := fibreOf(shape, scale, sign, QQ);
    while dim J != 0 or degree J != size do J = fibreOf(shape, scale, sign, QQ);
    exactQuotient(traceCount J, pointsPerDataSet(shape, scale, sign)))

-- Writing ---------------------------------------------------------------------------------------------------------

largest = (trials, key) -> max apply(trials, t -> t#key)

answer = shape -> (
    n := shape#"samples";
    start := cpuTime();
    trials := apply(rankTrials, i -> ranksOf shape);
    keys' := {"unknowns", "equations", "momentColumns", "momentRank", "jacobianRank", "dataSideRank", "dataSideRankNext"};
    scale := min apply(trials, t -> t#"scalePerSample");
    sign := hasSign shape;
    gauge := n * scale;
    nullity := largest(trials, "unknowns") - largest(trials, "jacobianRank");
    fields := {("id", toJSON(shape#"id"))}
        | apply(keys', k -> (k, largest(trials, k)))
        | {("nullity", nullity), ("gaugeDimension", gauge), ("scale", scale > 0), ("sign", sign),
           ("primes", apply(trials, t -> t#"prime")),
           ("drawsAgree", all(keys', k -> #(unique apply(trials, t -> t#k)) == 1))};
    if field(shape, "fibre", false) then (
        primes := apply(fibreTrials, i -> randomPrime 32003);
        fibres := apply(primes, p -> fibreModulo(shape, scale > 0, sign, p));
        counts := fibres / last;
        fields = fields | {("fibrePrimes", primes), ("fibreDimensions", fibres / first), ("fibreCounts", counts)};
        if field(shape, "realFibre", false) then
            fields = fields | {("realFibreCounts", apply(realTrials, i -> realFibre(shape, scale > 0, sign, max counts)))});
    fields = fields | {("milliseconds", floor(1000 * (cpuTime() - start)))};
    "{" | demark(", ", apply(fields, (k, v) -> toJSON k | ": " | (if instance(v, String) then v else toJSON v))) | "}")

(shapesFile, resultsFile) = (scriptCommandLine#1, scriptCommandLine#2)
wanted = drop(scriptCommandLine, 3)
shapes = select(fromJSON get shapesFile, s -> #wanted == 0 or member(s#"id", wanted))
lines' = apply(shapes, s -> (
    setRandomSeed(seed | s#"id");
    line := answer s;
    stderr << line << endl;
    line))
today = replace("\n", "", get "!date -u +%F")
resultsFile << concatenate(
    "{\"tool\": \"Macaulay2 ", version#"VERSION", "\", \"date\": ", toJSON today, ", \"seed\": ", toJSON seed,
    ", \"rankTrials\": ", toString rankTrials, ", \"fibreTrials\": ", toString fibreTrials,
    ", \"realTrials\": ", toString realTrials,
    ",\n\"shapes\": [\n", demark(",\n", lines'), "\n]}\n") << close
