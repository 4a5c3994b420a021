//! Where jobs come from: celebrated sets, and the frames of animations.

pub mod animation;
pub mod easing;
pub mod key_frames;
mod key_tracks;
pub mod preset;
