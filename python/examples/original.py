"""A program as for the original package, unchanged: a Julia set, drawn by matplotlib.

    python original.py [FILE]
"""

import sys

import matplotlib.pyplot as plt
from juliaset import ComplexRegion, JuliaDiv

xleft, xright, yleft, yright = -1.5, 1.5, -1.0, 1.0
region = ComplexRegion(xleft, xright, yleft, yright)
values = JuliaDiv(-0.4 + 0.6j, threshold=2.0, n_iterations=(0, 120), resolution=1200).over(region)

figure, axes = plt.subplots(figsize=(7.5, 5.2), layout="constrained")
image = axes.imshow(
    values.T, origin="lower", extent=(xleft, xright, yleft, yright), cmap="twilight_shifted"
)
axes.set(title="c = -0.4 + 0.6i", xlabel="Re z", ylabel="Im z")
figure.colorbar(image, label="escape count / itermax", shrink=0.85)
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "original.png", dpi=80)
