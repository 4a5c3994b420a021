//! Looking around: a server on this machine whose page in the browser moves through a Julia set.
//!
//! Values travel as tiles, windows of one lattice at each level; docs/explore.md has the protocol. Nothing that is asked
//! for reads or writes a file that has a name.

mod answer;
mod assets;
mod bundle;
mod chart;
mod encoding;
mod error;
mod json;
mod kept;
mod limits;
mod patience;
mod picture;
mod point;
mod query;
mod router;
mod seen;
mod server;
mod start;
mod tile;
mod unwanted;
mod workers;

pub use picture::Chooser;
pub use router::is_understood;
pub use seen::Seen;
pub use server::Server;
pub use start::Start;
