//! The set, drawn as a line where it is thinner than that.

/// How many pixels from the middle of a line of this width no pixel is covered.
pub fn reach(width: f64) -> f64 {
    (width + 1.0) / 2.0
}

/// The share of a pixel, `distance` pixels away from the middle of a straight line of this width,
/// that the line covers.
pub fn covered(distance: f64, width: f64) -> f64 {
    (reach(width) - distance).clamp(0.0, width.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_covers_as_much_as_it_is_wide() {
        for width in [0.3, 1.0, 1.7, 5.0] {
            let pixels = (-40..40).map(|k| covered((f64::from(k) + 0.37).abs(), width));
            let sum: f64 = pixels.sum();
            // A line narrower than a pixel is drawn a little wider, and fainter.
            assert!((sum - width).abs() < 0.2 && sum >= width - 1e-9, "{width}: {sum}");
            assert_eq!(covered(width / 2.0 + 0.5, width), 0.0);
            assert_eq!(covered(0.0, width), width.min(1.0));
        }
    }
}
