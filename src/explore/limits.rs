//! What a request can ask for at most.

/// The lowest level: a tile that is 2^34 wide.
pub const LEVEL_MIN: i64 = -32;

/// The highest level: a pixel of about 1e-30000.
pub const LEVEL_MAX: i64 = 100_000;

/// The most iterations of a tile.
pub const ITERMAX: u32 = 10_000_000;

/// The most digits of a number.
pub const DIGITS: usize = 32_000;

/// The most points of a rectangle.
pub const RECTANGLE_POINTS: u64 = 1 << 20;

/// The most pixels of a picture.
pub const PICTURE_PIXELS: u64 = 400_000_000;

/// The most sample points of a picture, with those of supersampling.
pub const PICTURE_POINTS: u64 = 16 * PICTURE_PIXELS;

/// The most pictures at a time.
pub const PICTURES: usize = 2;

/// The most single points at a time.
pub const POINTS: usize = 4;

/// The most points of an orbit that are told.
pub const ORBIT: usize = 200;

/// The most bytes of a request's line and headers.
pub const HEAD_BYTES: usize = 80 << 10;

/// The most connections at a time; further ones wait until one is closed.
pub const CONNECTIONS: usize = 256;

/// The most requests that wait for the engine.
pub const WAITING: usize = 512;

/// The most bytes of finished tiles that are kept.
pub const KEPT_BYTES: usize = 64 << 20;

/// The most charts that are kept, each with the polynomial of its points.
pub const CHARTS: usize = 8;
