"""Smooth values, distances and a rendered picture of one set, drawn by matplotlib.

    python imshow.py [FILE]
"""

import sys

import juliaset
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm, PowerNorm

julia = juliaset.JuliaDiv(-0.12256 + 0.74486j, n_iterations=(0, 200), resolution=900)
region = juliaset.ComplexRegion(-1.5, 1.5, -1.2, 1.2)
extent = julia.extent(region)

figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(6.4, 14), layout="constrained")

# What has not escaped is over the limit, and has the colour of the interior.
image = top.imshow(
    julia.smooth(region).T, origin="lower", extent=extent, norm=PowerNorm(0.35, 0, 199),
    cmap=juliaset.colormap("twilight_shifted", interior="black"),
)  # fmt: skip
figure.colorbar(image, ax=top, label="smooth value")
top.set_title("counts without steps")

distances = julia.distances(region)
image = middle.imshow(
    np.ma.masked_equal(distances, 0).T, origin="lower", extent=extent, norm=LogNorm(0.1),
    cmap=juliaset.colormap("viridis", interior="white"),
)  # fmt: skip
figure.colorbar(image, ax=middle, label="pixels")
middle.set_title("distance from the set")

# A picture has its top row first.
picture = julia.render(region, palette="magma", mapping="histogram", interior="black", smooth=True, supersample=2)
bottom.imshow(picture.rgb, extent=extent)
bottom.set_title("palette magma, mapping histogram")

for axes in (top, middle, bottom):
    axes.set(xlabel="Re z", ylabel="Im z")
figure.suptitle("Douady's rabbit")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "imshow.png", dpi=60)
