//! Where jobs come from: celebrated sets, and the frames of animations.

pub mod animation;
pub mod preset;
