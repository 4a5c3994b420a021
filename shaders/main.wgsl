// The kernel around a `step`: takes a pixel's orbit from where it is as far as the dispatch may.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let share = group.y * slice.group_columns + group.x;
    var index: u32;
    var orbit: Orbit;
    if slice.resumed == 0u {
        let pixel = pixel_of(slice.first + share, local);
        if !pixel.inside {
            return;
        }
        index = pixel.row * slice.width + pixel.col;
        let word = known_word(pixel);
        if word != UNWRITTEN {
            write_word(index, word);
            return;
        }
        orbit = started(pixel);
    } else {
        let entry = slice.first + share * WORKGROUP_SIZE + local;
        if entry >= slice.end {
            return;
        }
        index = unfinished(entry);
        orbit = resumed(index);
    }
    let start = orbit.count;
    let goal = start + min(slice.steps, slice.itermax - start);
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
        trapped = orbit.below && has_settled(&orbit);
    }
    if local == 0u {
        note_steps(orbit.count - start);
    }
    if orbit.below && orbit.count < slice.itermax && !trapped {
        suspend(index, &orbit);
        write_unfinished(index);
    } else if trapped || orbit.count >= slice.itermax || is_proven(&orbit) {
        let count = select(min(orbit.count, slice.itermax), slice.itermax, trapped);
        write_word(index, COUNT + count);
    } else {
        write_undecided(index);
    }
}
