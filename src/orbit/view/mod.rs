//! A view of any width as one polynomial: its points keep together until they have an ordinary size.

mod edge;
mod long;
mod polynomial;
mod state;
#[cfg(test)]
pub(crate) mod testing;
mod watch;

pub use edge::{Edge, Side};
pub use long::{BITS as LONG_BITS, CENTER_BITS, LongPolynomial};
pub use polynomial::{Lattice, LowPolynomial, ViewPolynomial};
pub use watch::Watch;

/// The degree of a view's polynomial.
pub const DEGREE: usize = 12;
