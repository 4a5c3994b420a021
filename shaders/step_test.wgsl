// Takes steps of the kernel before which this is put, on operands that the host has chosen. For each it
// leaves the state after one step and what that decides, and the state after two.

struct Decided {
    modulus: f32,
    below: u32,
    escaped: u32,
    trapped: u32,
}

@group(0) @binding(10) var<storage, read_write> decided: array<Decided>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let cases = arrayLength(&decided);
    if id.x >= cases {
        return;
    }
    var orbit = resumed(id.x);
    step(&orbit);
    suspend(id.x, &orbit);
    decided[id.x] = Decided(
        orbit.modulus,
        u32(orbit.below),
        u32(escape_is_proven(&orbit)),
        u32(is_in_trap(&orbit)),
    );
    step(&orbit);
    suspend(cases + id.x, &orbit);
}
