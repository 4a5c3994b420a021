// The kernel around a `step`: continues a pixel's orbit for as many steps as the dispatch may do.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let share = group.y * dispatch.group_columns + group.x;
    var index: u32;
    var orbit: Orbit;
    if dispatch.resumed == 0u {
        let pixel = pixel_of(dispatch.first + share, local);
        if !pixel.inside {
            return;
        }
        index = pixel.row * dispatch.width + pixel.col;
        let word = known_word(pixel);
        if word != UNWRITTEN {
            write_word(index, word);
            return;
        }
        orbit = started(pixel);
    } else {
        let entry = dispatch.first + share * WORKGROUP_SIZE + local;
        if entry >= dispatch.end {
            return;
        }
        index = unfinished(entry);
        orbit = resumed(index);
    }
    let start = orbit.count;
    let goal = start + min(dispatch.steps, dispatch.itermax - start);
    var trapped = false;
    while orbit.below && orbit.count < goal && !trapped {
        // Looks are twice as far apart each time, and cost nothing in the end.
        let look = orbit.count + min(max(trap.first_look, orbit.count), goal - orbit.count);
        while orbit.below && orbit.count < look {
            // Eight at a time: a loop costs as much as a step.
            step(&orbit);
            step(&orbit);
            step(&orbit);
            step(&orbit);
            step(&orbit);
            step(&orbit);
            step(&orbit);
            step(&orbit);
        }
        trapped = orbit.below && is_in_trap(&orbit);
    }
    if local == 0u {
        note_steps(orbit.count - start);
    }
    if orbit.below && orbit.count < dispatch.itermax && !trapped {
        suspend(index, &orbit);
        write_unfinished(index);
    } else if trapped
        || orbit.count >= dispatch.itermax
        || (escape_is_proven(&orbit) && has_value(index, &orbit))
    {
        let count = select(min(orbit.count, dispatch.itermax), dispatch.itermax, trapped);
        write_word(index, COUNT + count);
    } else {
        write_undecided(index);
    }
}
