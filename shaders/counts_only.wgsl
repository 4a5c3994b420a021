// A kernel that gives counts and nothing beside them.

const SMOOTH: bool = false;

// Whether a pixel that has escaped has all its values.
fn has_value(index: u32, orbit: ptr<function, Orbit>) -> bool {
    return true;
}
