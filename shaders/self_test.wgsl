// The arithmetic that the bounds of the exact kernels count on, on operands that the host knows the
// true results of. `real` is f32 or f64: the host prefixes the alias.

@group(0) @binding(0) var<storage, read> operands: array<real>; // three a case
@group(0) @binding(1) var<storage, read_write> results: array<real>; // six a case

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= arrayLength(&results) / 6u {
        return;
    }
    let a = operands[3u * id.x];
    let b = operands[3u * id.x + 1u];
    let c = operands[3u * id.x + 2u];
    results[6u * id.x] = a + b;
    results[6u * id.x + 1u] = a * b;
    results[6u * id.x + 2u] = a * b + c;
    results[6u * id.x + 3u] = real(sqrt(abs(f32(c))));
    results[6u * id.x + 4u] = real(f32(a));
    results[6u * id.x + 5u] = real(f32(a) / f32(b));
}
