// The escape counts of a job by a straightforward CUDA kernel: what ours is compared with.
//
//   nvcc -O3 -o julia_cuda julia.cu
//   julia_cuda width height xleft xright ytop ybot re im threshold itermax runs
//
// Prints, for f32 and f64, the least time of all runs by the device's clock, in seconds, and the
// iterations of one run, from which it can be seen that it computed the same.

#include <cstdio>
#include <cstdlib>

#define CHECK(call)                                                                    \
    do {                                                                               \
        cudaError_t error = (call);                                                    \
        if (error != cudaSuccess) {                                                    \
            fprintf(stderr, "julia_cuda: %s\n", cudaGetErrorString(error));            \
            return 1;                                                                  \
        }                                                                              \
    } while (0)

struct Job {
    unsigned width, height;
    double xleft, xright, ytop, ybot, re, im, threshold;
    unsigned itermax;
};

template <typename Real>
__global__ void escape_counts(Job job, unsigned *counts) {
    unsigned col = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned row = blockIdx.y * blockDim.y + threadIdx.y;
    if (col >= job.width || row >= job.height) {
        return;
    }
    Real x = Real(double(col) / job.width * (job.xright - job.xleft) + job.xleft);
    Real y = Real(double(row) / job.height * (job.ybot - job.ytop) + job.ytop);
    Real re = Real(job.re), im = Real(job.im);
    Real limit = Real(job.threshold * job.threshold);
    unsigned count = 0;
    while (count < job.itermax) {
        Real next = x * x - y * y + re;
        y = 2 * x * y + im;
        x = next;
        if (x * x + y * y >= limit) {
            break;
        }
        ++count;
    }
    counts[size_t(row) * job.width + col] = count;
}

template <typename Real>
int measure(const char *name, const Job &job, int runs) {
    size_t pixels = size_t(job.width) * job.height;
    unsigned *counts;
    CHECK(cudaMalloc(&counts, pixels * sizeof(unsigned)));
    cudaEvent_t begin, end;
    CHECK(cudaEventCreate(&begin));
    CHECK(cudaEventCreate(&end));
    dim3 block(8, 8);
    dim3 grid((job.width + block.x - 1) / block.x, (job.height + block.y - 1) / block.y);
    float least = 0;
    // The first run is not timed.
    for (int run = 0; run <= runs; ++run) {
        CHECK(cudaEventRecord(begin));
        escape_counts<Real><<<grid, block>>>(job, counts);
        CHECK(cudaEventRecord(end));
        CHECK(cudaEventSynchronize(end));
        CHECK(cudaGetLastError());
        float milliseconds;
        CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
        if (run == 1 || (run > 1 && milliseconds < least)) {
            least = milliseconds;
        }
    }
    unsigned *host = static_cast<unsigned *>(malloc(pixels * sizeof(unsigned)));
    if (!host) {
        fprintf(stderr, "julia_cuda: out of memory\n");
        return 1;
    }
    CHECK(cudaMemcpy(host, counts, pixels * sizeof(unsigned), cudaMemcpyDeviceToHost));
    unsigned long long iterations = 0;
    for (size_t i = 0; i < pixels; ++i) {
        iterations += host[i] < job.itermax ? host[i] + 1 : job.itermax;
    }
    printf("%s %.9f %llu\n", name, least / 1e3, iterations);
    free(host);
    CHECK(cudaFree(counts));
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 12) {
        fprintf(stderr, "usage: julia_cuda width height xleft xright ytop ybot re im threshold "
                        "itermax runs\n");
        return 2;
    }
    Job job;
    job.width = strtoul(argv[1], nullptr, 10);
    job.height = strtoul(argv[2], nullptr, 10);
    double *numbers[] = {&job.xleft, &job.xright, &job.ytop, &job.ybot,
                         &job.re, &job.im, &job.threshold};
    for (int i = 0; i < 7; ++i) {
        *numbers[i] = strtod(argv[3 + i], nullptr);
    }
    job.itermax = strtoul(argv[10], nullptr, 10);
    int runs = atoi(argv[11]);
    return measure<float>("single", job, runs) || measure<double>("double", job, runs);
}
