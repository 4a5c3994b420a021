//! What the command line, the Python package, the tests and the benches of this repository use beyond
//! the library's face. It can change in any version.

#![allow(missing_docs, reason = "each is documented in its own room")]

macro_rules! rooms {
    ($($(#[$attribute:meta])? $room:ident),* $(,)?) => {
        $($(#[$attribute])? pub mod $room { pub use crate::$room::*; })*
    };
}

rooms!(
    band,
    #[cfg(feature = "cli")]
    cli,
    counts,
    cpu,
    dyadic,
    engine,
    #[cfg(feature = "explore")]
    explore,
    #[cfg(feature = "gpu")]
    fault_injection,
    #[cfg(feature = "gpu")]
    gpu,
    grid,
    hexfloat,
    input,
    job,
    jobs,
    julia,
    lattice,
    orbit,
    output,
    picture,
    record,
    region,
    render,
    text,
    timing,
    tone,
    verify,
);
