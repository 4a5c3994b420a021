// The arithmetic that the bounds of the exact kernels count on, on operands that the host knows the
// true results of. `real` is f32 or f64: the host prefixes the alias.

@group(0) @binding(0) var<storage, read> operands: array<real>; // three a case
@group(0) @binding(1) var<storage, read_write> results: array<real>; // five a case

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= arrayLength(&results) / 5u {
        return;
    }
    let a = operands[3u * id.x];
    let b = operands[3u * id.x + 1u];
    let c = operands[3u * id.x + 2u];
    results[5u * id.x] = a + b;
    results[5u * id.x + 1u] = a * b;
    results[5u * id.x + 2u] = a * b + c;
    results[5u * id.x + 3u] = real(sqrt(abs(f32(c))));
    results[5u * id.x + 4u] = real(f32(a));
}
