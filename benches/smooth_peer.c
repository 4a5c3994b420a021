/* The headline job in smooth colours by a plain C program: what ours is compared with. Rows by OpenMP, orbits
   in lanes for the compiler to vectorise, logarithms from libmvec, a file by zlib at level 1.

     gcc -O3 -march=native -ffast-math -fopenmp -o smooth_peer smooth_peer.c -lz -lm
     smooth_peer plot.png

   -ffast-math is what lets gcc take libmvec. Prints the time of the pixels and of the file, in seconds. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define SIDE 4000
#define LANES 32
/* Steps between two looks whether a lane is left. */
#define STEPS 4
_Static_assert(SIDE % LANES == 0, "a row is whole groups of lanes");
#define ITERMIN 20
#define ITERMAX 100
/* |z|² from which on the logarithm of |z| is as good as that of the potential: |z| = 2^16. */
#define BAILOUT 4294967296.0
/* Colours of the table between two of its knots, and in all. */
#define BETWEEN 512
#define COLOURS (8 * BETWEEN + 1)

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

/* Every 32nd colour of magma, on straight lines between. */
static void colours(uint8_t table[COLOURS][3]) {
    static const uint8_t knots[9][3] = {{0, 0, 4},      {29, 17, 71},    {81, 18, 124},
                                        {131, 38, 129}, {183, 55, 121},  {231, 82, 99},
                                        {252, 137, 97}, {254, 196, 136}, {252, 253, 191}};
    for (int k = 0; k < COLOURS; ++k) {
        int below = k == COLOURS - 1 ? 7 : k / BETWEEN;
        double share = (double)(k - below * BETWEEN) / BETWEEN;
        for (int part = 0; part < 3; ++part) {
            double low = knots[below][part], high = knots[below + 1][part];
            table[k][part] = (uint8_t)(low + (high - low) * share + 0.5);
        }
    }
}

/* The smooth values of LANES points beside each other: n - log2(log2 |z|), where z is the first after n steps
   that is beyond the bailout. */
static void smooth(const double *restrict xs, double row_y, double *restrict values) {
    const double cx = -0.835, cy = -0.2321;
    double zx[LANES], zy[LANES], steps[LANES], norm[LANES];
    for (int l = 0; l < LANES; ++l) {
        zx[l] = xs[l];
        zy[l] = row_y;
        steps[l] = 0;
        norm[l] = 0;
    }
    /* An orbit that leaves just before ITERMAX takes a few steps more to the bailout. */
    for (int done = 0; done < ITERMAX + 8; done += STEPS) {
        for (int l = 0; l < LANES; ++l) {
            double x = zx[l], y = zy[l], n = steps[l], last = norm[l];
            for (int step = 0; step < STEPS; ++step) {
                double next_x = x * x - y * y + cx;
                double next_y = 2 * x * y + cy;
                double square = next_x * next_x + next_y * next_y;
                /* Once beyond, a lane stands still. */
                int is_on = last < BAILOUT;
                x = is_on ? next_x : x;
                y = is_on ? next_y : y;
                last = is_on ? square : last;
                n += is_on ? 1.0 : 0.0;
            }
            zx[l] = x;
            zy[l] = y;
            steps[l] = n;
            norm[l] = last;
        }
        int on = 0;
        for (int l = 0; l < LANES; ++l) {
            on |= norm[l] < BAILOUT;
        }
        if (!on) {
            break;
        }
    }
    for (int l = 0; l < LANES; ++l) {
        double value = steps[l] - log2(0.5 * log2(norm[l] < 4 ? 4 : norm[l]));
        values[l] = norm[l] < BAILOUT || value > ITERMAX ? ITERMAX : value;
    }
}

static void put(uint8_t *at, uint32_t value) {
    for (int k = 0; k < 4; ++k) {
        at[k] = (uint8_t)(value >> (24 - 8 * k));
    }
}

static int chunk(FILE *file, const char *name, const uint8_t *data, uint32_t size) {
    uint8_t head[8], tail[4];
    put(head, size);
    memcpy(head + 4, name, 4);
    uLong crc = crc32(0, head + 4, 4);
    /* Without data zlib would begin anew. */
    if (size) {
        crc = crc32(crc, data, size);
    }
    put(tail, (uint32_t)crc);
    return fwrite(head, 1, 8, file) == 8 && fwrite(data, 1, size, file) == size &&
           fwrite(tail, 1, 4, file) == 4;
}

/* A PNG of rows that have their filter's byte before them. */
static int png(const char *path, const uint8_t *rows, size_t size) {
    uLongf packed = compressBound(size);
    uint8_t *data = malloc(packed), header[13] = {0};
    FILE *file = fopen(path, "wb");
    if (!data || !file || compress2(data, &packed, rows, size, 1) != Z_OK) {
        return 0;
    }
    put(header, SIDE);
    put(header + 4, SIDE);
    header[8] = 8;
    header[9] = 2;
    int is_written = fwrite("\x89PNG\r\n\x1a\n", 1, 8, file) == 8 &&
                     chunk(file, "IHDR", header, sizeof header) &&
                     chunk(file, "IDAT", data, (uint32_t)packed) && chunk(file, "IEND", NULL, 0);
    free(data);
    return fclose(file) == 0 && is_written;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: smooth_peer plot.png\n");
        return 2;
    }
    static uint8_t table[COLOURS][3];
    static double xs[SIDE];
    const size_t width = 1 + 3 * SIDE, size = width * SIDE;
    uint8_t *rows = malloc(size);
    if (!rows) {
        fprintf(stderr, "smooth_peer: out of memory\n");
        return 1;
    }
    colours(table);
    for (int i = 0; i < SIDE; ++i) {
        xs[i] = (double)i / SIDE * 0.2 - 0.1;
    }
    double start = now();
#pragma omp parallel for schedule(dynamic, 8)
    for (int j = 0; j < SIDE; ++j) {
        uint8_t *row = rows + j * width, own[3 * SIDE];
        double values[LANES], y = (double)j / SIDE * -0.2 + 0.1;
        for (int i = 0; i < SIDE; i += LANES) {
            smooth(xs + i, y, values);
            for (int l = 0; l < LANES; ++l) {
                double above = values[l] < ITERMIN ? 0 : values[l] - ITERMIN;
                int colour = (int)(above * ((COLOURS - 1.0) / (ITERMAX - ITERMIN)) + 0.5);
                memcpy(own + 3 * (i + l), table[colour], 3);
            }
        }
        /* The filter Sub: each byte less the one to its left. */
        row[0] = 1;
        memcpy(row + 1, own, 3);
        for (int k = 3; k < 3 * SIDE; ++k) {
            row[1 + k] = (uint8_t)(own[k] - own[k - 3]);
        }
    }
    double pixels = now();
    if (!png(argv[1], rows, size)) {
        fprintf(stderr, "smooth_peer: %s: cannot be written\n", argv[1]);
        return 1;
    }
    printf("pixels %.4f file %.4f\n", pixels - start, now() - pixels);
    free(rows);
    return 0;
}
