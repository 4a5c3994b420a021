"""What a precision costs in pixels: where `single` and `double` give another count than the true one.

    python precisions.py [FILE]
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from juliaset import ComplexRegion, JuliaDiv

region = ComplexRegion(-1.6, 1.6, -1.0, 1.0)
extent = (region.xleft, region.xright, region.yleft, region.yright)
counts = {
    precision: JuliaDiv(
        -0.8 + 0.156j, n_iterations=(0, 1000), resolution=1200, precision=precision
    ).counts(region)
    for precision in ("exact", "double", "single")
}

figure, rows = plt.subplots(3, 1, figsize=(6.4, 12), layout="constrained")
true = counts.pop("exact")
rows[0].imshow(np.log1p(true).T, origin="lower", extent=extent, cmap="twilight_shifted")
rows[0].set_title("exact: every count is the true one")
for axes, (precision, found) in zip(rows[1:], counts.items()):
    column, row = np.nonzero(found != true)
    share = len(column) / true.size
    axes.imshow(np.log1p(true).T, origin="lower", extent=extent, cmap="gray", alpha=0.25)
    points = region.build(true.shape[0])[column, row]
    axes.plot(points.real, points.imag, ",", color="crimson")
    axes.set_title(f"{precision}: {len(column):,} of {true.size:,} counts are wrong ({share:.2%})")
    axes.set(xlim=extent[:2], ylim=extent[2:], aspect="equal")
figure.suptitle("c = -0.8 + 0.156i, itermax 1000")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "precisions.png", dpi=80)
