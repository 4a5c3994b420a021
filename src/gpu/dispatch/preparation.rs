//! What a kernel is given for a window, made by other threads while the device has the windows before.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use crate::gpu::inputs::{Inputs, Points};
use crate::threads;
use crate::window::Window;

/// The sample points of a window that a device has no room for yet, as a task of the current rayon pool.
pub struct Preparation {
    window: Window,
    points: Receiver<Points>,
}

impl Preparation {
    /// Begins with `window`.
    pub fn begin(inputs: &Arc<Inputs>, window: Window) -> Self {
        let (inputs, (done, points)) = (inputs.clone(), mpsc::sync_channel(1));
        rayon::spawn(move || {
            // If the job has ended, there is no receiver.
            let _ = done.send(inputs.points(window));
        });
        Self { window, points }
    }

    /// Whether it is for `window`.
    pub fn is_of(&self, window: Window) -> bool {
        self.window == window
    }

    /// Waits for the points; none if the task has ended without them.
    pub fn points(self) -> Option<Points> {
        threads::receive(&self.points)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use num_complex::Complex64;
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::gpu::kernel::{Kernel, Program};
    use crate::grid::Grid;
    use crate::job::Job;
    use crate::julia::Julia;
    use crate::region::ComplexRegion;

    #[test]
    fn the_points_are_those_of_the_window_on_any_number_of_threads() {
        let region = ComplexRegion::new(-1.6, 1.6, 1.0, -1.0).unwrap();
        let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (0, 200)).unwrap();
        let job = Job { julia, grid: Grid::new(region, 320).unwrap() };
        let (program, go_on) = (Program::counts(Kernel::ExactSingle), AtomicBool::new(false));
        let inputs = Arc::new(Inputs::new(program, &job, &go_on).unwrap());
        let window = Window { col: 0, row: 40, width: 320, height: 20 };
        let expected = inputs.points(window);
        let prepared = || {
            let preparation = Preparation::begin(&inputs, window);
            assert!(preparation.is_of(window) && !preparation.is_of(Window { row: 60, ..window }));
            // One that nobody waits for ends by itself.
            drop(Preparation::begin(&inputs, window));
            preparation.points().expect("its points")
        };
        let on = |threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(prepared)
        };
        for points in [prepared(), on(1), on(2)] {
            assert!(points.xs == expected.xs && points.ys == expected.ys);
            assert!(points.tiles == expected.tiles && !points.tiles.is_empty());
        }
    }
}
