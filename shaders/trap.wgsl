// The disks around an attracting cycle that no orbit leaves: `src/trap.rs`. `real` is f32 or f64: the
// host prefixes the alias.

const MOST_DISKS: u32 = 500u;

struct Disk {
    center: vec2<real>,
    radius: u32, // the bits of an f32, less than the true one by all that the shader may lose
}

struct Trap {
    disks: u32,
    first_look: u32, // steps before the first look whether an orbit is in one of them
    @align(16) disk: array<Disk, MOST_DISKS>,
}

@group(0) @binding(7) var<uniform> trap: Trap;

// Whether what lies within `error` of the point is in one of the disks for certain.
fn is_trapped(point: vec2<real>, error: f32) -> bool {
    for (var k = 0u; k < trap.disks; k += 1u) {
        let away = vec2<f32>(point - trap.disk[k].center);
        // At least the distance, and without a product that a compiler might multiply out.
        let distance = abs(away.x) + abs(away.y);
        // Bits compare as the floats do if these are not negative, and a NaN is outside.
        if bitcast<u32>(distance + error) < trap.disk[k].radius {
            return true;
        }
    }
    return false;
}
